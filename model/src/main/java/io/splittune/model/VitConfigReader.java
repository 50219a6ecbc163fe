package io.splittune.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.splittune.core.UserException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes a {@link VitConfig} of a checkpoint's {@code config.json}, Hugging Face's or timm's, and of the shapes of its
 * tensors.
 *
 * <p>What the shapes tell is taken from them; where the file states it too, both must agree.
 */
final class VitConfigReader {
    /** The heads of timm's models that its config.json does not state; the others have 64 features per head. */
    private static final Map<String, Integer> TIMM_HEADS =
            Map.of("tiny", 3, "small", 6, "base", 12, "large", 16, "huge", 16, "giant", 16, "gigantic", 16);

    private static final Pattern TIMM_SIZE = Pattern.compile("^(?:vit|deit)_([a-z]+)");
    private static final double HUGGING_FACE_EPS = 1e-12;
    private static final double TIMM_EPS = 1e-6;
    private static final double DEFAULT_MEAN_AND_STD = 0.5;

    /** Arguments of timm's constructor that are read, or that do not change what is computed. */
    private static final Set<String> TIMM_ARGUMENTS = Set.of(
            "img_size",
            "patch_size",
            "in_chans",
            "num_classes",
            "embed_dim",
            "depth",
            "num_heads",
            "mlp_ratio",
            "qkv_bias",
            "dynamic_img_size",
            "dynamic_img_pad",
            "weight_init",
            "drop_rate",
            "pos_drop_rate",
            "patch_drop_rate",
            "proj_drop_rate",
            "attn_drop_rate",
            "drop_path_rate");

    private final JsonNode json;
    private final JsonNode preprocessor;
    private final TensorNames names;
    private final Map<String, long[]> shapes;
    private final String place;

    /**
     * Prepares.
     *
     * @param json config.json
     * @param preprocessor preprocessor_config.json, or a missing node
     * @param names how the tensors are named
     * @param shapes the tensors' shapes by their own names
     * @param place config.json's path, for messages
     */
    VitConfigReader(JsonNode json, JsonNode preprocessor, TensorNames names, Map<String, long[]> shapes, String place) {
        this.json = json;
        this.preprocessor = preprocessor;
        this.names = names;
        this.shapes = shapes;
        this.place = place;
    }

    /** Reads the model. */
    VitConfig read() {
        boolean timm = ModelConfigReader.isTimm(json, place);
        long[] patches = shape("patch_embed.proj.weight", 4);
        long[] positions = shape("pos_embed", 3);
        int width = small(patches[0]);
        int patchSize = small(patches[2]);
        int side = (int) Math.round(Math.sqrt(positions[1] - 1.0));
        shape("cls_token", 3);
        if (patches[2] != patches[3] || (long) side * side + 1 != positions[1]) {
            throw new UserException(place + ": the patches or their grid are not square (" + positions[1]
                    + " positions, the class token's included); " + ModelConfigReader.SUPPORTED + ".");
        }
        int channels = small(patches[1]);
        int depth = names.depth(shapes.keySet());
        long[] fc1 = shape("blocks.0.mlp.fc1.weight", 2);
        int classes = hasTensor("head.weight") ? small(shape("head.weight", 2)[0]) : 0;
        Stated stated = new Stated(
                Math.multiplyExact(side, patchSize), patchSize, channels, width, depth, small(fc1[0]), classes);
        boolean qkvBias = hasTensor("blocks.0.attn.qkv.bias");
        if (timm) {
            checkTimm(stated, qkvBias);
        } else {
            checkHuggingFace(stated, qkvBias);
        }
        int heads = timm ? timmHeads(width) : required("num_attention_heads");
        double eps = timm
                ? TIMM_EPS
                : JsonFiles.number(json, "layer_norm_eps", place).orElse(HUGGING_FACE_EPS);
        try {
            return new VitConfig(
                    stated.imageSize,
                    patchSize,
                    channels,
                    width,
                    depth,
                    heads,
                    stated.mlpWidth,
                    classes,
                    eps,
                    qkvBias,
                    perChannel("mean", channels),
                    perChannel("std", channels),
                    ModelConfigReader.labels(json, classes));
        } catch (IllegalArgumentException e) {
            throw new UserException(place + ": " + e.getMessage(), e);
        }
    }

    /** What the shapes of the tensors say. */
    private record Stated(
            int imageSize, int patchSize, int channels, int width, int depth, int mlpWidth, int classes) {}

    private void checkHuggingFace(Stated weights, boolean qkvBias) {
        String activation = json.path("hidden_act").asText("gelu");
        if (!activation.equals("gelu") && !activation.equals("gelu_python")) {
            throw new UserException(place + ": hidden_act '" + ModelConfigReader.shortened(activation)
                    + "' is not supported; only the exact gelu is.");
        }
        agree(json, "hidden_size", weights.width);
        agree(json, "num_hidden_layers", weights.depth);
        agree(json, "intermediate_size", weights.mlpWidth);
        agree(json, "patch_size", weights.patchSize);
        agree(json, "num_channels", weights.channels);
        agree(json, "image_size", weights.imageSize);
        if (JsonFiles.truth(json, "qkv_bias", qkvBias, place) != qkvBias) {
            throw new UserException(place + ": qkv_bias is " + !qkvBias + ", the weights say " + qkvBias + ".");
        }
    }

    private void checkTimm(Stated weights, boolean qkvBias) {
        JsonNode arguments = json.path("model_args");
        agree(json, "num_classes", weights.classes);
        agree(arguments, "num_classes", weights.classes);
        agree(arguments, "embed_dim", weights.width);
        agree(arguments, "depth", weights.depth);
        agree(arguments, "patch_size", weights.patchSize);
        agree(arguments, "img_size", weights.imageSize);
        agree(arguments, "in_chans", weights.channels);
        OptionalDouble ratio = JsonFiles.number(arguments, "mlp_ratio", place);
        if (ratio.isPresent() && (int) (weights.width * ratio.getAsDouble()) != weights.mlpWidth) {
            throw new UserException(place + ": mlp_ratio is " + ratio.getAsDouble() + ", the weights have "
                    + weights.mlpWidth + " hidden features for a width of " + weights.width + ".");
        }
        if (JsonFiles.truth(arguments, "qkv_bias", qkvBias, place) != qkvBias) {
            throw new UserException(place + ": qkv_bias is " + !qkvBias + ", the weights say " + qkvBias + ".");
        }
        refuseOtherPooling(json);
        refuseOtherPooling(arguments);
        refuseOtherArguments(arguments);
    }

    private void refuseOtherPooling(JsonNode source) {
        String pool = source.path("global_pool").asText("token");
        if (!pool.equals("token") && !pool.isEmpty()) {
            throw new UserException(place + ": global_pool '" + ModelConfigReader.shortened(pool)
                    + "' is not supported; only 'token' is.");
        }
    }

    /** Whatever else is asked of timm's constructor makes another model, unless it is switched off. */
    private void refuseOtherArguments(JsonNode arguments) {
        for (Map.Entry<String, JsonNode> argument : arguments.properties()) {
            String key = argument.getKey();
            JsonNode value = argument.getValue();
            boolean harmless = value.isNull()
                    || (value.isBoolean() && !value.asBoolean() && !key.equals("class_token"))
                    || (key.equals("class_token") && value.asBoolean())
                    || key.equals("global_pool")
                    || (key.equals("act_layer") && value.asText().equals("gelu"));
            if (!harmless && !TIMM_ARGUMENTS.contains(key)) {
                throw new UserException(place + ": model_args." + ModelConfigReader.shortened(key) + " = "
                        + JsonFiles.shown(value) + " is not supported; " + ModelConfigReader.SUPPORTED + ".");
            }
        }
    }

    private int timmHeads(int width) {
        OptionalInt stated = JsonFiles.integer(json.path("model_args"), "num_heads", place);
        if (stated.isPresent()) {
            return stated.getAsInt();
        }
        Matcher size = TIMM_SIZE.matcher(json.path("architecture").asText().toLowerCase(Locale.ROOT));
        Integer known = size.find() ? TIMM_HEADS.get(size.group(1)) : null;
        if (known != null && width % known == 0) {
            return known;
        }
        if (width % 64 == 0) {
            return width / 64;
        }
        throw new UserException(place + ": does not say how many attention heads there are; add model_args.num_heads.");
    }

    private List<Double> perChannel(String quantity, int channels) {
        Optional<List<Double>> values = JsonFiles.numbers(preprocessor, "image_" + quantity, place)
                .or(() -> JsonFiles.numbers(json.path("pretrained_cfg"), quantity, place))
                .filter(found -> !found.isEmpty());
        return values.orElseGet(() -> Collections.nCopies(channels, DEFAULT_MEAN_AND_STD));
    }

    /** Checks a number that both the file and the weights state; lists such as [224, 224] must be square. */
    private void agree(JsonNode object, String key, int weights) {
        JsonNode value = object.path(key);
        boolean square = value.isArray() && value.size() == 2 && value.get(0).equals(value.get(1));
        OptionalInt stated = square ? OptionalInt.of(value.get(0).asInt()) : JsonFiles.integer(object, key, place);
        if (stated.isPresent() && stated.getAsInt() != weights) {
            throw new UserException(
                    place + ": " + key + " is " + stated.getAsInt() + ", but the weights have " + weights + ".");
        }
    }

    private int required(String key) {
        return JsonFiles.integer(json, key, place).orElseThrow(() -> new UserException(place + ": lacks " + key + "."));
    }

    private boolean hasTensor(String canonical) {
        return shapes.keySet().containsAll(names.tensors(canonical));
    }

    private long[] shape(String canonical, int axes) {
        String name = names.tensors(canonical).get(0);
        long[] shape = shapes.get(name);
        if (shape == null) {
            throw new UserException(place + ": the weights lack " + name + "; " + ModelConfigReader.SUPPORTED + ".");
        }
        if (shape.length != axes) {
            throw new UserException(place + ": " + name + " has " + shape.length + " axes, " + axes + " are needed; "
                    + ModelConfigReader.SUPPORTED + ".");
        }
        return shape;
    }

    private int small(long axis) {
        if (axis < 1 || axis > 1 << 20) {
            throw new UserException(place + ": the weights have an axis of " + axis + " elements; "
                    + ModelConfigReader.SUPPORTED + ".");
        }
        return (int) axis;
    }
}
