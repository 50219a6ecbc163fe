package io.splittune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user does with a language model, from its folder to the merged one. */
class LanguageCommandsTest {
    @TempDir
    private Path folder;

    private Path scenario;

    @BeforeEach
    void writeScenario() throws IOException {
        scenario = TinyLanguageModel.scenario(folder);
    }

    private Cli train(Object... more) {
        Object[] all = new Object[5 + more.length];
        System.arraycopy(new Object[] {"train", scenario, "--json", "--out", folder.resolve("run")}, 0, all, 0, 5);
        System.arraycopy(more, 0, all, 5, more.length);
        return Cli.run(all);
    }

    @Test
    void trainingLowersPerplexityAndLeavesAnAdapterThatEvaluatesTheSame() throws IOException {
        JsonNode summary = train("--set", "training.optimizer={kind: adamw, learningRate: 0.05}")
                .json();
        double perplexity = summary.path("finalPerplexity").asDouble();
        assertThat(perplexity).isLessThan(summary.path("initialPerplexity").asDouble());
        assertThat(perplexity).isCloseTo(Math.exp(summary.path("finalLoss").asDouble()), within(1e-9));
        Path adapter = folder.resolve("run/adapter");
        assertThat(Json.parse(Files.readString(adapter.resolve("adapter_config.json")))
                        .path("task_type")
                        .asText())
                .isEqualTo("CAUSAL_LM");
        JsonNode again =
                Cli.run("evaluate", scenario, "--adapter", adapter, "--json").json();
        assertThat(again.path("perplexity").asDouble()).isCloseTo(perplexity, within(1e-4));
        assertThat(again.path("samples").asInt()).isEqualTo(6);
        assertThat(Json.parse(Files.readAllLines(folder.resolve("run/metrics.jsonl"))
                                .get(1))
                        .path("perplexity")
                        .asDouble())
                .isEqualTo(perplexity);
    }

    @Test
    void aRunGoesOnFromAnAdapter() {
        JsonNode first = train("--set", "training.optimizer={kind: adamw, learningRate: 0.05}")
                .json();
        JsonNode second = Cli.run(
                        "train",
                        scenario,
                        "--json",
                        "--out",
                        folder.resolve("second"),
                        "--set",
                        "lora.adapter=" + folder.resolve("run/adapter"),
                        "--set",
                        "lora.rank=7")
                .json();
        assertThat(second.path("initialLoss").asDouble())
                .isCloseTo(first.path("finalLoss").asDouble(), within(1e-6));
    }

    @Test
    void theMergedModelGeneratesWhatModelAndAdapterDo() throws IOException {
        train("--set", "training.optimizer={kind: adamw, learningRate: 0.05}").json();
        Path merged = folder.resolve("merged");
        Cli.run("export", folder.resolve("run"), "--out", merged, "--json").json();
        assertThat(merged.resolve("tokenizer.json")).exists();
        JsonNode apart = generate(folder.resolve("model"), "--adapter", folder.resolve("run/adapter"));
        JsonNode whole = generate(merged);
        assertThat(whole.path("ids")).isEqualTo(apart.path("ids"));
        assertThat(whole.path("ids"))
                .isNotEqualTo(generate(folder.resolve("model")).path("ids"));
        assertThat(apart.path("promptTokens").asInt()).isEqualTo("7 + 1 = ".length() + 1);
    }

    private static JsonNode generate(Path model, Object... more) {
        Object[] all = new Object[8 + more.length];
        Object[] first = {"generate", "--json", "--model", model, "--prompt", "7 + 1 = ", "--max-tokens", 6};
        System.arraycopy(first, 0, all, 0, 8);
        System.arraycopy(more, 0, all, 8, more.length);
        return Cli.run(all).json();
    }

    @Test
    void aClassifierLearnsFromTheLabelField() {
        JsonNode summary = train(
                        "--set",
                        "model.task=classification",
                        "--set",
                        "data.labelField=kind",
                        "--set",
                        "data.partition.kind=dirichlet")
                .json();
        assertThat(summary.has("finalPerplexity")).isFalse();
        assertThat(summary.path("finalAccuracy").asDouble()).isBetween(0.0, 1.0);
    }

    @Test
    void costsKnowTheTextsMeanLength() {
        JsonNode plan = Cli.run("plan", scenario, "--json", "--set", "split.cut=auto", "--set", "compression=none")
                .json();
        assertThat(plan.path("feasible").asBoolean()).isTrue();
        assertThat(plan.path("devices").get(0).path("memoryBytes").asLong()).isPositive();
    }

    @Test
    void whatDoesNotFitIsRefusedInOneLine() throws IOException {
        assertThat(train("--set", "data.maxTokens=100").mistake())
                .contains("data.maxTokens: read 100, the model takes at most 64 tokens");
        assertThat(train("--set", "data.format=builtin:shapes", "--set", "data={format: 'builtin:shapes'}")
                        .mistake())
                .contains("data.format: read 'builtin:shapes', which has images; the model takes texts");
        assertThat(train("--set", "devices.count=3").mistake()).contains("3", "2");
        assertThat(train("--set", "lora.targets=[patch_embed]").mistake())
                .contains("lora.targets: read 'patch_embed', this model has q_proj");
        assertThat(train("--set", "data.partition.kind=file").mistake()).contains("data.partition");
        assertThat(train("--set", "model.task=classification").mistake()).contains("data.labelField: missing");
        assertThat(Cli.run("generate", "--model", folder.resolve("model"), "--prompt", "x".repeat(70))
                        .mistake())
                .contains("--prompt: has 71 tokens, the model takes at most 64");
        Files.writeString(folder.resolve("train.jsonl"), "{\"prompt\": \"a\"\n");
        assertThat(train().mistake()).contains("train.jsonl", "1");
        Files.delete(folder.resolve("model/tokenizer.json"));
        assertThat(train().mistake()).contains("tokenizer.json");
    }
}
