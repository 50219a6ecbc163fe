package io.splittune.model;

import static io.splittune.model.GoldenFiles.assertUserError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AdapterStateTest {
    private final ModelConfig config = PeftAdapterTest.config("timm");
    private final LoraConfig lora = new LoraConfig(2, 4, 0, EnumSet.range(LoraTarget.QKV, LoraTarget.HEAD), false);

    @Test
    void theListsOfTwoHalvesMakeTheListOfTheWholeAtEveryCut() {
        LoraConfig withHead = new LoraConfig(2, 4, 0, TinyModel.EVERYWHERE.targets(), true);
        for (int cut = 0; cut <= 3; cut++) {
            for (LoraConfig each : List.of(lora, withHead)) {
                List<String> halves = new ArrayList<>(
                        each.tensorShapes(config, HalfRange.device(cut)).keySet());
                halves.addAll(
                        each.tensorShapes(config, HalfRange.server(cut, 3)).keySet());
                assertThat(halves)
                        .containsExactlyElementsOf(
                                each.tensorShapes(config, HalfRange.whole(3)).keySet());
            }
            List<String> frozen =
                    new ArrayList<>(config.tensorShapes(HalfRange.device(cut)).keySet());
            frozen.addAll(config.tensorShapes(HalfRange.server(cut, 3)).keySet());
            assertThat(frozen)
                    .containsExactlyElementsOf(
                            config.tensorShapes(HalfRange.whole(3)).keySet());
        }
    }

    @Test
    void splittingAndJoiningKeepsEveryTensor() {
        AdapterState whole = PeftAdapterTest.random(lora, config);
        for (int cut = 0; cut <= 3; cut++) {
            AdapterState device = whole.of(lora, config, HalfRange.device(cut));
            AdapterState server = whole.of(lora, config, HalfRange.server(cut, 3));
            assertThat(device.and(server)).isEqualTo(whole);
            assertThat(device.parameters() + server.parameters()).isEqualTo(whole.parameters());
        }
        assertThatThrownBy(() -> whole.and(whole))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Both halves of the adapter have");
    }

    @Test
    void aStateOfTheWrongShapesIsNamed() {
        AdapterState whole = PeftAdapterTest.random(lora, config);
        Map<String, long[]> expected = lora.tensorShapes(config, HalfRange.device(1));
        assertUserError(() -> whole.requireShapes(expected, "device d1"), "device d1: the adapter has blocks.1.");
        AdapterState part = whole.of(lora, config, HalfRange.device(0));
        assertUserError(() -> part.requireShapes(expected, "device d1"), "device d1: the adapter lacks blocks.0.");
        Map<String, FloatArray> changed = new LinkedHashMap<>(part.tensors());
        changed.put("patch_embed.proj.lora_B", FloatArray.zeros(24, 3));
        assertUserError(
                () -> new AdapterState(changed).requireShapes(expected, "device d1"),
                "patch_embed.proj.lora_B has shape [24, 3], the model needs [24, 2]");
    }

    @Test
    void valuesAreCopiedOnTheWayInAndOut() {
        float[] values = {1, 2};
        FloatArray array = FloatArray.of(values, 2);
        values[0] = 9;
        array.toArray()[1] = 9;
        array.shape()[0] = 9;
        assertThat(array).isEqualTo(FloatArray.of(new float[] {1, 2}, 2));
        assertThat(array.buffer().isReadOnly()).isTrue();
        assertThat(array).isNotEqualTo(FloatArray.of(new float[] {1, 2}, 1, 2));
        assertThat(array.hashCode())
                .isEqualTo(FloatArray.of(new float[] {1, 2}, 2).hashCode());
        assertThatThrownBy(() -> FloatArray.of(new float[3], 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[2] has 2 elements, but there are 3 values");
    }

    @Test
    void whatCannotBeTrainedIsRefused() {
        assertThatThrownBy(() -> new LoraConfig(2, 4, 0, EnumSet.of(LoraTarget.HEAD), true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("choose one of the two");
        assertThatThrownBy(() -> new LoraConfig(2, 4, 0, EnumSet.noneOf(LoraTarget.class), false))
                .hasMessageContaining("nothing to train");
        assertThatThrownBy(() -> new LoraConfig(2, 4, 1, EnumSet.of(LoraTarget.QKV), false))
                .hasMessageContaining("lora.dropout (1.0) must lie in [0, 1)");
        assertThatThrownBy(() -> LoraTarget.ofKey("fc3"))
                .hasMessageContaining(
                        "LoRA target 'fc3' must be one of [qkv, proj, fc1, fc2, patch_embed, head, q_proj,");
        assertThatThrownBy(() -> config.tensorShapes(HalfRange.device(4))).hasMessageContaining("has 3 blocks");
        assertThatThrownBy(() -> new HalfRange(1, 2, true, false)).hasMessageContaining("starts at block 0");
    }
}
