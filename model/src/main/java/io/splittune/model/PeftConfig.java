package io.splittune.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.splittune.core.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What an {@code adapter_config.json} says of ranks, scales and targets. Whatever would make the adapter compute
 * something else than {@code W + scale B A} is refused in one line.
 *
 * @param file for messages
 * @param rank where no pattern says otherwise
 * @param alpha where no pattern says otherwise
 * @param dropout on the input of A
 * @param rankStabilised whether scales are alpha / sqrt(rank) (Kalajdzievski 2023), not alpha / rank
 * @param ranks of modules that match, the first match counting
 * @param alphas of modules that match, the first match counting
 * @param targets which modules have a pair
 * @param savedModules ends of the names of modules that were trained whole
 * @param baseName what the adapter was made for, or an empty text
 */
record PeftConfig(
        Path file,
        int rank,
        double alpha,
        double dropout,
        boolean rankStabilised,
        Map<Pattern, Integer> ranks,
        Map<Pattern, Double> alphas,
        PeftTargets targets,
        List<String> savedModules,
        String baseName) {
    private static final int MAX_RANK = 1 << 16;

    /** Copies the lists. */
    PeftConfig {
        ranks = Collections.unmodifiableMap(new LinkedHashMap<>(ranks));
        alphas = Collections.unmodifiableMap(new LinkedHashMap<>(alphas));
        savedModules = List.copyOf(savedModules);
    }

    /** Keys that, set to true, change what is computed. */
    private static final List<String> REFUSED_SWITCHES = List.of("use_dora", "lora_bias", "use_qalora");

    /** Keys that, set to anything, change what is computed. */
    private static final List<String> REFUSED_SETTINGS = List.of(
            "alora_invocation_tokens",
            "arrow_config",
            "kasa_config",
            "layer_replication",
            "monteclora_config",
            "target_parameters",
            "use_bdlora",
            "velora_config");

    /** Ways of initialisation that change the base's weights too, and change them again whenever PEFT loads them. */
    private static final List<String> CHANGES_THE_BASE = List.of("pissa", "corda", "olora", "loftq", "lora_ga");

    /**
     * Reads and checks.
     *
     * @param folder of the adapter
     * @throws UserException when the file is missing, damaged or of another kind
     */
    static PeftConfig read(Path folder) {
        Path file = folder.resolve(PeftAdapter.CONFIG_FILE);
        String place = file.toString();
        if (!Files.exists(file)) {
            throw new UserException(folder + ": has no " + PeftAdapter.CONFIG_FILE + "; an adapter is a folder with it"
                    + " and " + PeftAdapter.WEIGHTS_FILE + ".");
        }
        JsonNode json = JsonFiles.read(file);
        refuseOtherKinds(json, place);
        int rank = JsonFiles.integer(json, "r", place).orElse(0);
        double alpha = JsonFiles.number(json, "lora_alpha", place).orElse(0);
        double dropout = JsonFiles.number(json, "lora_dropout", place).orElse(0);
        if (rank < 1 || rank > MAX_RANK || !(alpha > 0) || !(dropout >= 0 && dropout < 1)) {
            throw new UserException(place + ": r is " + rank + ", lora_alpha " + alpha + ", lora_dropout " + dropout
                    + "; needed are r >= 1, lora_alpha > 0 and a lora_dropout in [0, 1).");
        }
        Map<Pattern, Integer> ranks = new LinkedHashMap<>();
        patterns(json, "rank_pattern", place).forEach((pattern, value) -> ranks.put(pattern, value.intValue()));
        return new PeftConfig(
                file,
                rank,
                alpha,
                dropout,
                JsonFiles.truth(json, "use_rslora", false, place),
                ranks,
                patterns(json, "alpha_pattern", place),
                PeftTargets.of(json, place),
                texts(json, "modules_to_save", place),
                json.path("base_model_name_or_path").asText(""));
    }

    private static void refuseOtherKinds(JsonNode json, String place) {
        if (!json.path("peft_type").asText().equals("LORA")) {
            throw new UserException(
                    place + ": peft_type is " + JsonFiles.shown(json.path("peft_type")) + ", only LORA is supported.");
        }
        if (!json.path("bias").asText("none").equals("none")) {
            throw new UserException(place + ": bias is " + JsonFiles.shown(json.path("bias")) + ", only none is.");
        }
        for (String key : REFUSED_SWITCHES) {
            if (JsonFiles.truth(json, key, false, place)) {
                throw new UserException(place + ": " + key + " is not supported, only plain LoRA is.");
            }
        }
        for (String key : REFUSED_SETTINGS) {
            if (json.hasNonNull(key)
                    && !(json.path(key).isArray() && json.path(key).isEmpty())) {
                throw new UserException(place + ": " + key + " is not supported, only plain LoRA is.");
            }
        }
        if (json.hasNonNull("trainable_token_indices")) {
            throw new UserException(place + ": trainable_token_indices: rows of the token embedding were trained, which"
                    + " is not supported; train the adapter without them.");
        }
        String start = json.path("init_lora_weights").asText("true").toLowerCase(Locale.ROOT);
        if (CHANGES_THE_BASE.stream().anyMatch(start::startsWith)) {
            throw new UserException(place + ": init_lora_weights is " + JsonFiles.shown(json.path("init_lora_weights"))
                    + ", which changes the base's weights too; save the adapter with peft's"
                    + " path_initial_model_for_weight_conversion, which makes it a plain one.");
        }
    }

    private static Map<Pattern, Double> patterns(JsonNode json, String key, String place) {
        Map<Pattern, Double> patterns = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : json.path(key).properties()) {
            JsonNode value = entry.getValue();
            boolean rank = key.equals("rank_pattern");
            boolean allowed = rank
                    ? value.isInt() && value.intValue() >= 1 && value.intValue() <= MAX_RANK
                    : value.isNumber() && value.doubleValue() > 0;
            if (!allowed) {
                throw new UserException(place + ": " + key + " has " + JsonFiles.shown(value) + ", needed is a "
                        + (rank ? "whole number" : "number") + " above zero.");
            }
            patterns.put(
                    PeftTargets.pattern("(.*\\.)?(" + entry.getKey() + ")", key + " in " + place), value.doubleValue());
        }
        return patterns;
    }

    /** Returns a list of texts, empty when there is none. */
    static List<String> texts(JsonNode json, String key, String place) {
        List<String> texts = new ArrayList<>();
        for (JsonNode element : json.path(key)) {
            if (!element.isTextual()) {
                throw new UserException(
                        place + ": " + key + " is " + JsonFiles.shown(json.path(key)) + ", a list of texts is needed.");
            }
            texts.add(element.asText());
        }
        return texts;
    }

    /** Returns the rank of the pair that a module has, named as in the adapter's keys. */
    int rank(String module) {
        return firstMatch(ranks, module, rank);
    }

    /** Returns the factor of B A at a module, named as in the adapter's keys. */
    double scale(String module) {
        return scale(firstMatch(alphas, module, alpha), rank(module));
    }

    /** Returns the factor of B A where no pattern says otherwise. */
    double scale() {
        return scale(alpha, rank);
    }

    private double scale(double ofAlpha, int ofRank) {
        return ofAlpha / (rankStabilised ? Math.sqrt(ofRank) : ofRank);
    }

    /** Returns the alpha that gives another rank a scale; for the file's own scale and rank exactly its own alpha. */
    double alphaFor(double scale, int ofRank) {
        return scale == scale() && !rankStabilised ? alpha * ofRank / rank : scale * ofRank;
    }

    private static <T> T firstMatch(Map<Pattern, T> patterns, String module, T otherwise) {
        return patterns.entrySet().stream()
                .filter(entry -> entry.getKey().matcher(module).matches())
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(otherwise);
    }

    /** Asks, at the end of a message, whether the adapter belongs to another base, and names the one it states. */
    String otherModel() {
        return "was the adapter made for another model?"
                + (baseName.isEmpty() ? "" : " It names " + shown(baseName) + ".");
    }

    private static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}.*", "");
        return "'" + (line.length() <= 100 ? line : line.substring(0, 100) + "...") + "'";
    }
}
