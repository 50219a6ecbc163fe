package io.splittune.wireless;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.splittune.core.UserException;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ModelShapeTest {
    private static final ModelShape VIT = ModelShapes.named("vit-b16", 200, 1);
    private static final ModelShape LLAMA = ModelShapes.named("llama-3.2-1b", 1, 512);
    private static final ModelShape SLICES = ModelShapes.named("llama-3.2-1b-32slices", 1, 512);

    @Test
    void theVitOfTableThreeHasTheParametersThatTheTableImplies() {
        assertThat(VIT.totalParameters()).isEqualTo(85_952_456L);
        assertThat(VIT.blockParameters()).isEqualTo(7_087_872L);
        assertThat(VIT.deviceEmbeddingParameters()).isEqualTo(590_592L + 768);
        assertThat(VIT.embeddingParameters()).isEqualTo((768L + 196 + 3) * 768);
        assertThat(VIT.tokens()).isEqualTo(197);
    }

    @Test
    void publishedVitsHaveTheirPublishedSizes() {
        // timm's parameter counts for 1000 classes.
        assertThat(ModelShapes.named("vit-b16", 1000, 1).totalParameters()).isEqualTo(86_567_656L);
        assertThat(ModelShapes.named("vit-b32", 1000, 1).totalParameters()).isEqualTo(88_224_232L);
        assertThat(ModelShapes.named("vit-l16", 1000, 1).totalParameters()).isEqualTo(304_326_632L);
        assertThat(ModelShapes.named("vit-l32", 1000, 1).totalParameters()).isEqualTo(306_535_400L);
        assertThat(ModelShapes.named("vit-ti16", 1000, 1).totalParameters()).isEqualTo(5_717_416L);
    }

    @Test
    void loraOnFusedAndSeparateQueryKeyValueDiffersByTwoDr() {
        assertThat(VIT.loraParametersPerBlock(16, LoraTarget.VIT_FUSED)).isEqualTo(16L * 768 * 16);
        assertThat(VIT.loraParametersPerBlock(16, LoraTarget.VIT_SEPARATE)).isEqualTo(18L * 768 * 16);
        assertThat(VIT.embeddingLoraParameters(16)).isEqualTo(24_576);
    }

    @Test
    void aVitBlockTakesTheOperationsOfThePaper() {
        assertThat(VIT.blockForwardFlops(64)).isEqualTo(186_106_183_680.0);
        assertThat(VIT.embeddingForwardFlops(64)).isCloseTo(1.48e10, within(0.005e10));
        // SFLAM table II: 14.80 G multiply-adds at batch 128.
        assertThat(ModelShapes.named("vit-b32", 10, 1).embeddingForwardFlops(128) / 2)
                .isCloseTo(14.80e9, within(0.005e9));
    }

    @Test
    void llamaHasTheParametersOfItsCheckpoint() {
        assertThat(LLAMA.totalParameters()).isEqualTo(1_235_814_400L);
        assertThat(LLAMA.blockParameters()).isEqualTo(60_821_504L);
        assertThat(LLAMA.layers()).isEqualTo(16);
        assertThat(16 * LLAMA.loraParametersPerBlock(16, LoraTarget.LLAMA_ALL)).isEqualTo(11_272_192L);
        assertThat(16 * LLAMA.loraParametersPerBlock(16, LoraTarget.QUERY_VALUE))
                .isEqualTo(1_703_936L);
        assertThat(LLAMA.loraParametersPerBlock(1, Set.of(LoraTarget.QKV))).isEqualTo(2048 + 2048 + 2 * 512);
    }

    @Test
    void untiedEmbeddingsAreCountedTwice() {
        LlamaShape untied = new LlamaShape("untied", 16, 2048, 32, 8, 64, 8192, 128256, 512, false);
        assertThat(untied.totalParameters() - LLAMA.totalParameters()).isEqualTo(128256L * 2048);
    }

    @Test
    void headsMayBeWiderOrNarrowerThanTheirShareOfTheWidth() {
        LlamaShape narrow = new LlamaShape("narrow", 16, 2048, 32, 8, 32, 8192, 128256, 512, true);
        assertThat(LLAMA.blockParameters() - narrow.blockParameters()).isEqualTo(2L * 2048 * (1024 + 256));
        assertThat(narrow.loraParametersPerBlock(1, Set.of(LoraTarget.QUERY))).isEqualTo(2048 + 1024);
        assertThat(narrow.blockAttentionFlops(1)).isEqualTo(LLAMA.blockAttentionFlops(1) / 2);
    }

    @Test
    void slicesAddUpToTheWhole() {
        assertThat(SLICES.layers()).isEqualTo(32);
        assertThat(SLICES.totalParameters()).isEqualTo(LLAMA.totalParameters());
        double whole = 16 * LLAMA.blockForwardFlops(8) + LLAMA.headForwardFlops(8);
        assertThat(32 * SLICES.blockForwardFlops(8)).isCloseTo(whole, within(1e-12 * whole));
        // CARD's eta is 6 P n for forward and backward: 2 P n forward, attention's products apart.
        assertThat(32 * SLICES.blockLinearFlops(8))
                .isCloseTo(2.0 * LLAMA.totalParameters() * 8 * 512, within(1e-4 * whole));
        assertThat(32 * SLICES.loraParametersPerBlock(16, LoraTarget.LLAMA_ALL)).isEqualTo(11_272_192L);
        assertThat(32 * SLICES.blockSavedValues(8))
                .isCloseTo(16 * LLAMA.blockSavedValues(8) + LLAMA.headSavedValues(8), within(1.0));
    }

    @Test
    void everyNameIsKnownAndUnknownOnesAreRefused() {
        for (String name : ModelShapes.names()) {
            assertThat(ModelShapes.named(name, 10, 64).name()).isEqualTo(name);
        }
        assertThatThrownBy(() -> ModelShapes.named("vit-h14", 10, 64))
                .isInstanceOf(UserException.class)
                .hasMessage("model.shape: 'vit-h14' is not known; choose one of vit-b16, vit-b32, vit-l16, vit-l32,"
                        + " vit-ti16, llama-3.2-1b, llama-3.2-1b-32slices.");
    }

    @Test
    void impossibleSizesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new VitShape("x", 12, 100, 12, 400, 16, 224, 3, 10))
                .withMessage("width (100) must be a multiple of heads (12).");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new VitShape("x", 12, 96, 12, 400, 17, 224, 3, 10))
                .withMessage("imageSize (224) must be a multiple of patchSize (17).");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LlamaShape("x", 2, 64, 8, 3, 8, 128, 100, 16, true))
                .withMessage("heads (8) must be a multiple of keyValueHeads (3).");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VIT.loraParametersPerBlock(16, Set.of(LoraTarget.MLP_GATE)))
                .withMessage("vit-b16 has no gate for LoRA to sit on.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VIT.loraParametersPerBlock(16, Set.of(LoraTarget.QKV, LoraTarget.KEY)))
                .withMessageEndingWith("must name QKV or its parts, not both.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VIT.loraParametersPerBlock(16, Set.of()))
                .withMessage("targets must name a layer.");
    }
}
