package io.splittune.cli;

import io.splittune.core.RandomStreams;
import io.splittune.core.UserException;
import io.splittune.model.AdapterSet;
import io.splittune.model.Checkpoint;
import io.splittune.model.Generator;
import io.splittune.model.HalfRange;
import io.splittune.model.LlamaConfig;
import io.splittune.model.PeftAdapter;
import io.splittune.model.Precision;
import io.splittune.model.Tokenizer;
import io.splittune.model.TokenizerStream;
import io.splittune.model.TrainableSet;
import io.splittune.model.TransformerHalf;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a language model makes of a prompt.
 *
 * @param text what it adds
 * @param promptTokens tokens of the prompt
 * @param tokens that it adds, without the one that ends the text
 */
record Continuation(String text, int promptTokens, List<Integer> tokens) {
    /** Copies the list. */
    Continuation {
        tokens = List.copyOf(tokens);
    }

    /**
     * How to generate.
     *
     * @param maxTokens at most so many, positive
     * @param temperature 0 for the likeliest token each time
     * @param seed root of all random numbers
     * @param precision of weights and computation
     */
    record Options(int maxTokens, double temperature, long seed, Precision precision) {}

    /**
     * Generates.
     *
     * @param folder of a language model
     * @param adapter folder of a PEFT adapter for it
     * @param prompt empty to start from nothing
     * @throws UserException when one of them is missing, damaged or does not fit
     */
    static Continuation of(Path folder, Optional<Path> adapter, String prompt, Options options) {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            if (!(checkpoint.config() instanceof LlamaConfig config) || config.classes() > 0) {
                throw new UserException(folder + ": is no language model; generate needs one");
            }
            try (Tokenizer tokenizer = Tokenizer.open(folder)) {
                tokenizer.requireFits(config.vocabulary(), folder.toString());
                return generate(checkpoint, config, tokenizer, adapter, prompt, options);
            }
        }
    }

    private static Continuation generate(
            Checkpoint checkpoint,
            LlamaConfig config,
            Tokenizer tokenizer,
            Optional<Path> adapter,
            String prompt,
            Options options) {
        int[] ids = promptTokens(prompt, tokenizer, config);
        HalfRange whole = HalfRange.whole(config.depth());
        try (TransformerHalf weights = TransformerHalf.load(checkpoint, config, whole, options.precision);
                Trained trained = new Trained(adapter.map(path -> read(path, config)))) {
            TokenizerStream words = tokenizer.stream(ids);
            StringBuilder text = new StringBuilder();
            Generator generator = new Generator(List.of(new Generator.Part(weights, trained.set)));
            Generator.Settings settings =
                    new Generator.Settings(options.maxTokens, options.temperature, endTokens(config, tokenizer));
            List<Integer> prompted = Arrays.stream(ids).boxed().toList();
            List<Integer> tokens = generator.generate(
                    prompted, settings, new RandomStreams(options.seed), token -> text.append(words.add(token)));
            text.append(words.end());
            return new Continuation(text.toString(), ids.length, tokens);
        }
    }

    private record Trained(Optional<TrainableSet> set) implements AutoCloseable {
        @Override
        public void close() {
            set.ifPresent(TrainableSet::close);
        }
    }

    private static TrainableSet read(Path adapter, LlamaConfig config) {
        PeftAdapter.Loaded loaded = PeftAdapter.read(adapter, config);
        return AdapterSet.of(loaded.lora(), loaded.state());
    }

    /** Without a prompt a text starts with the start token alone. */
    private static int[] promptTokens(String prompt, Tokenizer tokenizer, LlamaConfig config) {
        int[] ids = tokenizer.encode(prompt, true);
        if (prompt.isEmpty()) {
            int start = tokenizer.start().orElse(config.startToken());
            if (start < 0) {
                throw new UserException("--prompt: is empty, and this model has no start token; give a prompt");
            }
            ids = new int[] {start};
        }
        if (ids.length >= config.tokens()) {
            throw new UserException("--prompt: has " + ids.length + " tokens, the model takes at most "
                    + config.tokens() + " with what it adds");
        }
        return ids;
    }

    private static Set<Integer> endTokens(LlamaConfig config, Tokenizer tokenizer) {
        Set<Integer> ends = new HashSet<>(config.endTokens());
        if (ends.isEmpty()) {
            tokenizer.end().ifPresent(ends::add);
        }
        return ends;
    }
}
