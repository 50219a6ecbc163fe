package io.splittune.cli.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

class ScenarioSchemaTest {
    private static final JsonSchema SCHEMA =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(ScenarioSchema.generate());

    private static Set<ValidationMessage> validate(String yaml) {
        Object tree =
                new Load(LoadSettings.builder().setSchema(new CoreSchema()).build()).loadFromString(yaml);
        JsonNode node = new ObjectMapper().valueToTree(tree);
        return SCHEMA.validate(node);
    }

    @Test
    void exampleIsValid() {
        assertThat(validate(Scenarios.example())).isEmpty();
        assertThat(validate(Scenarios.MINIMAL)).isEmpty();
    }

    @Test
    void whatTheWriterWritesIsValid() {
        for (String override : List.of(
                "seed=2",
                "split.cut=auto",
                "compression=bf16",
                "compression=auto",
                "compression={activations: {bits: 3}}",
                "compression={adapters: none}",
                "compression={activations: {rounding: nearest, points: fitted}, cache: {firstLevels: 31}}",
                "compression={adapters: {levels: 15}}",
                "training.scheme=[sft, sl]",
                "devices={list: [{clockHz: 1e9, snrDb: -3}]}",
                "devices={list: [{profile: t4, maxBandwidthHz: 1e6}]}",
                "network.channel={kind: pathloss, model: umi, distanceMetres: [20, 90]}",
                "network.channel={kind: cqi, mean: 12}",
                "network.channel={kind: trace, file: t.csv}",
                "server.profile=v100",
                "planner={cuts: [1], keep: [0.1], levels: [7]}",
                "simulation={dropoutProbability: 0.1, deadlineSeconds: 3}")) {
            String written = ScenarioWriter.toYaml(Scenarios.read(Scenarios.MINIMAL, override));
            assertThat(validate(written)).as(written).isEmpty();
        }
        assertThat(validate(Scenarios.MINIMAL + "compression: { activations: { bits: 3 } }"))
                .isEmpty();
    }

    @Test
    void schemaRefusesWhatTheReaderRefuses() {
        for (String wrong : List.of(
                "trainning: {}",
                "split: { cut: x }",
                "split: { cut: -1 }",
                "split: { cut: [] }",
                "lora: { rank: 0 }",
                "lora: { rank: 1.5 }",
                "lora: { dropout: 1 }",
                "lora: { targets: [qkw] }",
                "lora: { targets: [] }",
                "training: { scheme: sfft }",
                "training: { optimizer: { learningRate: 0 } }",
                "compression: maybe",
                "compression: { activations: { keep: 2 } }",
                "compression: { adapters: bf16 }",
                "compression: { adapters: { levels: 0 } }",
                "compression: { activations: { bits: 17 } }",
                "compression: { activations: { shareMask: true } }",
                "devices: { hardware: { clockHz: [1e9] } }",
                "devices: { hardware: { profile: jetson } }",
                "network: { channel: { kind: pathloss, lineOfSight: maybe } }",
                "network: { minBandwidthPerDeviceHz: 0 }",
                "costs: { valueBytes: 0 }",
                "planner: { cuts: [] }",
                "simulation: { stragglerSlowdown: 0.5 }",
                "planner: { kind: three-timescale }")) {
            assertThat(Scenarios.refusal(Scenarios.MINIMAL + wrong)).isNotEmpty();
            assertThat(validate(Scenarios.MINIMAL + wrong)).as(wrong).isNotEmpty();
        }
        assertThat(validate("data: { format: idx, train: a, test: b }")).isNotEmpty();
        assertThat(validate("model: { checkpoint: a }\ndata: { format: idxx, train: a, test: b }"))
                .isNotEmpty();
    }

    @Test
    void editorsGetDescriptionsAndDefaults() {
        JsonNode schema = ScenarioSchema.generate();
        assertThat(schema.toString()).contains("\"default\":20", "Number of rounds.", "two-timescale");
        assertThat(schema.at("/properties/lora").toString()).contains("\"default\"", "The trained adapters.");
    }
}
