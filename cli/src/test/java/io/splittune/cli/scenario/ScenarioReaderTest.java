package io.splittune.cli.scenario;

import static io.splittune.cli.scenario.Scenarios.MINIMAL;
import static io.splittune.cli.scenario.Scenarios.read;
import static io.splittune.cli.scenario.Scenarios.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.splittune.codec.AdapterCompression;
import io.splittune.codec.Coder;
import io.splittune.codec.Compression.Points;
import io.splittune.codec.Compression.Rounding;
import io.splittune.codec.FloatFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScenarioReaderTest {
    @Test
    void exampleIsReadAsWritten() {
        Scenario scenario = read(Scenarios.example());

        assertThat(scenario.name()).isEqualTo("cifar100-sft");
        assertThat(scenario.model().precision()).isEqualTo(PrecisionName.BF16);
        assertThat(scenario.data().train()).contains("/scenarios/data/train.bin");
        assertThat(scenario.data().classes()).contains(List.of(0, 1, 2));
        assertThat(scenario.data().partition())
                .isEqualTo(new PartitionSection(PartitionSection.Kind.DIRICHLET, 0.5, 2));
        assertThat(scenario.training().optimizer().learningRate()).isEqualTo(1e-4);
        assertThat(scenario.split().cut().cutOf(7)).isEqualTo(5);
        assertThat(scenario.compression().activations().section())
                .contains(new StreamSection(
                        0.2, 7, Coder.ADAPTIVE, Rounding.STOCHASTIC, Points.UNIFORM, Optional.empty()));
        assertThat(scenario.compression().gradients().section().orElseThrow().shareMask())
                .isTrue();
        assertThat(scenario.network().bandwidthHz()).isEqualTo(30e6);
        assertThat(scenario.devices().hardware().clockHz()).isEqualTo(new Span(0.5e9, 1.5e9));
        assertThat(scenario.planner().kindFor(SchemeName.SFT)).isEqualTo(PlannerSection.Kind.TWO_TIMESCALE);
    }

    @Test
    void aSchemeHasItsOwnPlannerUnlessOneIsGiven() {
        PlannerSection open = read(MINIMAL).planner();
        assertThat(open.kindFor(SchemeName.FL_LORA)).isEqualTo(PlannerSection.Kind.TWO_TIMESCALE);
        assertThat(open.kindFor(SchemeName.CARD)).isEqualTo(PlannerSection.Kind.CARD);
        assertThat(open.kindFor(SchemeName.SFLAM)).isEqualTo(PlannerSection.Kind.SFLAM);
        PlannerSection given = read(MINIMAL + "planner: { kind: exact }\n").planner();
        assertThat(given.kindFor(SchemeName.CARD)).isEqualTo(PlannerSection.Kind.EXACT);
    }

    @Test
    void onlyModelAndDataMustBeGiven() {
        Scenario scenario = read(MINIMAL);

        assertThat(scenario.seed()).isEqualTo(1);
        assertThat(scenario.model().precision()).isEqualTo(PrecisionName.FP32);
        assertThat(scenario.lora())
                .isEqualTo(new LoraSection(
                        16, 16, 0, List.of("qkv", "proj", "fc1", "fc2"), Optional.empty(), Optional.empty()));
        assertThat(scenario.compression().activations().section()).isEmpty();
        assertThat(scenario.devices().count()).isEqualTo(8);
    }

    @Test
    void numbersWithAndWithoutPointOrExponentSignAreNumbers() {
        for (String number : List.of("1e-4", "1.0e-4", "0.0001", ".0001", "1E-4", "100e-6")) {
            Scenario scenario = read(MINIMAL + "training: { optimizer: { learningRate: " + number + " } }");
            assertThat(scenario.training().optimizer().learningRate()).isEqualTo(1e-4);
        }
        assertThat(read(MINIMAL, "devices.hardware.memoryBytes=8e9")
                        .devices()
                        .hardware()
                        .memoryBytes())
                .isEqualTo(8_000_000_000L);
    }

    @Test
    void bitsStandForLevels() {
        Scenario scenario = read(MINIMAL + "compression: { activations: { keep: 0.5, bits: 3 } }");

        assertThat(scenario.compression().activations().section().orElseThrow().levels())
                .isEqualTo(7);
        assertThat(scenario.compression().gradients().section()).isEmpty();
        assertThat(refusal(MINIMAL, "compression.activations={bits: 3, levels: 7}"))
                .isEqualTo("--set: compression.activations.bits: given together with levels; remove one of them.");
        assertThat(refusal(MINIMAL, "compression.activations={bits: 17}")).contains("a whole number in [1, 16]");
    }

    @Test
    void aCacheNeedsActivationsThatLeaveSomethingOut() {
        CacheSection cache = read(MINIMAL, "compression={activations: {keep: 0.2}, cache: {firstLevels: 31}}")
                .compression()
                .cache()
                .orElseThrow();
        assertThat(cache).isEqualTo(new CacheSection(1024, 64, 1, 31));
        assertThat(refusal(MINIMAL, "compression={gradients: {levels: 7}, cache: {}}"))
                .contains("compression.cache: needs compression.activations with keep and levels");
    }

    @Test
    void fittedPointsAreFew() {
        assertThat(refusal(MINIMAL, "compression.activations={points: fitted, levels: 1023}"))
                .contains("compression.activations.levels: read 1023, expected at most 255 with points: fitted");
        assertThat(refusal(MINIMAL, "compression.gradients={points: fitted, bits: 9}"))
                .contains("compression.gradients.levels: read 511");
        assertThat(refusal(MINIMAL, "compression={activations: {points: fitted}, cache: {firstLevels: 256}}"))
                .contains("compression.cache.firstLevels: read 256");
    }

    @Test
    void adaptersAreLosslessUnlessSaidOtherwise() {
        assertThat(read(MINIMAL).compression().adapters().compression()).isEqualTo(new AdapterCompression.Lossless());
        assertThat(read(MINIMAL, "compression.adapters=none")
                        .compression()
                        .adapters()
                        .compression())
                .isEqualTo(new AdapterCompression.None());
        assertThat(read(MINIMAL, "compression.adapters={bits: 4}")
                        .compression()
                        .adapters()
                        .compression())
                .isEqualTo(new AdapterCompression.Quantised(15));
        assertThat(refusal(MINIMAL, "compression.adapters=losless"))
                .contains("compression.adapters: read 'losless', expected lossless, none, or a mapping with levels");
    }

    @Test
    void compressionMayBeAWord() {
        assertThat(read(MINIMAL, "compression=auto").compression().auto()).isTrue();
        assertThat(read(MINIMAL, "compression=bf16").compression().gradients().format())
                .isEqualTo(FloatFormat.BF16);
        assertThat(read(MINIMAL, "compression.gradients=none")
                        .compression()
                        .gradients()
                        .section())
                .isEmpty();
        assertThat(refusal(MINIMAL, "compression=atuo"))
                .contains("read 'atuo', expected none, bf16, auto, or a mapping")
                .endsWith("did you mean 'auto'?");
    }

    @Test
    void cutIsANumberAutoOrOneForEachDevice() {
        assertThat(read(MINIMAL, "split.cut=auto").split().cut().isAuto()).isTrue();
        CutSetting cuts =
                read(MINIMAL, "devices.count=3", "split.cut=[1, 2, 3]").split().cut();
        assertThat(cuts.cutOf(2)).isEqualTo(3);
        assertThat(refusal(MINIMAL, "split.cut=[1, 2]"))
                .isEqualTo(
                        "--set: split.cut: read a list of 2, expected one cut for each of the 8 devices (devices.count)");
        assertThat(refusal(MINIMAL + "split:\n  cut: x\n"))
                .isEqualTo(
                        "scenario.yaml: split.cut (line 4): read 'x', expected a whole number >= 0, auto, or a list of "
                                + "whole numbers, one for each device");
        assertThat(refusal(MINIMAL, "split.cut=aut")).endsWith("did you mean 'auto'?");
    }

    @Test
    void schemesMayBeCompared() {
        assertThat(read(MINIMAL, "training.scheme=[sft, local, fl-lora]")
                        .training()
                        .scheme()
                        .names())
                .containsExactly(SchemeName.SFT, SchemeName.LOCAL, SchemeName.FL_LORA);
        assertThat(refusal(MINIMAL, "training.scheme=[sft, sft]")).contains("training.scheme[1]", "each scheme once");
        assertThat(refusal(MINIMAL, "training.scheme=sfft")).endsWith("did you mean 'sft'?");
    }

    @Test
    void deviceListGivesTheCount() {
        Scenario scenario = read(MINIMAL, "devices={list: [{snrDb: 3}, {clockHz: 1e9}, {}]}");
        assertThat(scenario.devices().count()).isEqualTo(3);
        assertThat(scenario.devices().list().orElseThrow().get(1).clockHz()).contains(new Span(1e9, 1e9));
        assertThat(refusal(MINIMAL, "devices={count: 2, list: [{}]}"))
                .contains("devices.count", "expected 1, the length of devices.list");
    }

    @Test
    void misspeltKeysAreRefusedWithTheNearestKnownOne() {
        assertThat(refusal(MINIMAL + "trainning: {}\n"))
                .startsWith("scenario.yaml: trainning (line 3): unknown key, expected one of name, seed, model,")
                .endsWith("; did you mean 'training'?");
        assertThat(refusal(MINIMAL + "training:\n  batch_size: 3\n"))
                .startsWith("scenario.yaml: training.batch_size (line 4): unknown key")
                .endsWith("did you mean 'training.batchSize'?");
        assertThat(refusal(MINIMAL + "learningRate: 3\n")).endsWith("did you mean 'training.optimizer.learningRate'?");
        assertThat(refusal(MINIMAL, "compression.activations.kep=1"))
                .endsWith("did you mean 'compression.activations.keep'?");
        assertThat(refusal(MINIMAL + "zzzzzzzz: 3\n")).doesNotContain("did you mean");
    }

    @Test
    void wrongFilesAreRefusedInOneLine(@TempDir Path folder) throws Exception {
        assertThat(refusal("[1, 2]"))
                .isEqualTo("scenario.yaml: the file (line 1): read a list, expected a mapping with "
                        + "name, seed, model, data, lora, training, split, compression, network, devices, server, costs, planner, "
                        + "simulation");
        assertThat(refusal("")).contains("model", "missing; every scenario needs it");
        assertThat(refusal("a: 1\na: 2\n")).contains("line 2, column 1", "'a' is given twice");
        assertThat(refusal("model: {checkpoint: [}"))
                .startsWith("scenario.yaml: line 1, column")
                .contains("not YAML");
        assertThat(refusal("name: !!java.net.URL 'x'\n")).contains("not allowed");
        assertThat(refusal(MINIMAL + "lora:\n")).contains("read nothing", "leave the key out for its defaults");
        Path file = folder.resolve("binary.yaml");
        assertThat(refusalOf(file)).endsWith("binary.yaml: no such file; expected a scenario (YAML)");
        Files.write(file, new byte[] {(byte) 0xC3, 0x28});
        assertThat(refusalOf(file)).contains("not text in UTF-8");
        assertThat(refusalOf(folder)).contains("a folder, expected a scenario file");
    }

    private static String refusalOf(Path file) {
        return org.assertj.core.api.Assertions.catchThrowable(() -> ScenarioReader.read(file, List.of()))
                .getMessage();
    }

    @Test
    void aliasesCannotExplode() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 12; i++) {
            String former = "*a" + (i - 1);
            bomb.append("a").append(i).append(": &a").append(i).append(" [");
            bomb.append(String.join(", ", java.util.Collections.nCopies(10, former)))
                    .append("]\n");
        }
        assertThat(refusal(bomb.toString())).containsAnyOf("too deep or too large", "not YAML");
        assertThat(refusal("a: &a [*a]\n")).containsAnyOf("too deep or too large", "not YAML");
    }

    @Test
    void pathsAreRelativeToTheScenarioFile(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("s.yaml");
        Files.writeString(file, """
                model: { checkpoint: weights/vit }
                data: { format: images, train: ../train, test: /data/test }
                """);
        Scenario scenario = ScenarioReader.read(file, List.of());
        assertThat(scenario.model().checkpoint())
                .contains(folder.resolve("weights/vit").toString());
        assertThat(scenario.data().train())
                .contains(folder.resolveSibling("train").toString());
        assertThat(scenario.data().test()).contains("/data/test");
    }

    @Test
    void overridesReplaceAddAndReachIntoLists() {
        Scenario scenario = read(
                Scenarios.example(),
                "split.cut=3",
                "lora.targets=[qkv]",
                "network.channel.snrDb=5.5",
                "devices={list: [{}, {}]}",
                "devices.list.1.snrDb=9",
                "compression=none",
                "name=other");
        assertThat(scenario.split().cut().cutOf(0)).isEqualTo(3);
        assertThat(scenario.lora().targets()).containsExactly("qkv");
        assertThat(scenario.network().channel().snrDb()).contains(5.5);
        assertThat(scenario.devices().list().orElseThrow().get(1).snrDb()).contains(9.0);
        assertThat(scenario.compression().activations().section()).isEmpty();
        assertThat(scenario.name()).isEqualTo("other");
        assertThat(refusal(MINIMAL, "split.cut")).contains("read 'split.cut'", "as in --set split.cut=3");
        assertThat(refusal(MINIMAL, "split.=3")).contains("as in --set split.cut=3");
        assertThat(refusal(MINIMAL, "split.cut=[1")).startsWith("--set: not YAML");
        assertThat(refusal(MINIMAL, "devices={list: [{}]}", "devices.list.4.snrDb=1"))
                .contains("expected the index of a list, 0 to 0");
    }

    @Test
    void keysThatNeedOrExcludeOneAnotherAreChecked() {
        assertThat(refusal("model: {}\ndata: {format: 'builtin:shapes'}")).contains("needs a checkpoint");
        assertThat(refusal(MINIMAL, "model.shape=vit-b16")).contains("given together with checkpoint");
        assertThat(refusal(MINIMAL, "model.classes=3")).contains("only goes with model.shape");
        assertThat(refusal(MINIMAL, "data={augment: true}")).contains("needs a format");
        assertThat(refusal(MINIMAL, "data.train=x")).contains("data.train", "does not go with format");
        assertThat(refusal(MINIMAL, "data={format: idx, train: x}"))
                .isEqualTo("--set: data.test: missing; format 'idx' needs it");
        assertThat(refusal(MINIMAL, "data={samplesPerDevice: 3, train: x}")).contains("needs data.format");
        assertThat(refusal(MINIMAL, "lora.targets=[qkv, head]")).contains("lora.trainHead is true");
        assertThat(read("model: {shape: llama-3.2-1b}\ndata: {samplesPerDevice: 6250}\n")
                        .data()
                        .samplesPerDevice())
                .contains(6250);
    }

    @Test
    void wordsOfOlderYamlGetAHint() {
        assertThat(refusal(MINIMAL, "data.augment=yes"))
                .isEqualTo("--set: data.augment: read 'yes', expected true or false; did you mean 'true'?");
    }
}
