package io.splittune.model;

import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
import io.splittune.core.RandomStreams.Purpose;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.random.RandomGenerator;

/**
 * Continues a text with a LLaMA that is whole or cut into parts. Each part keeps the keys and values of the tokens that it
 * has seen, so that a further token costs one token's work.
 *
 * <p>Owns nothing; each call of {@link #generate} is confined to its thread.
 */
public final class Generator {
    private final List<Part> parts;
    private final LlamaConfig config;

    /**
     * A part of the model.
     *
     * @param half frozen weights; not closed
     * @param trainables laid over them, if there are any; not closed
     */
    public record Part(TransformerHalf half, Optional<TrainableSet> trainables) {}

    /**
     * How a text goes on.
     *
     * @param maxTokens the most new tokens, at least 1; the model's own limit of prompt and text together holds too
     * @param temperature divides the logits before one token is drawn by its probability; 0 takes the most likely
     * @param stopTokens each ends the text and is not part of it; may be empty
     */
    public record Settings(int maxTokens, double temperature, Set<Integer> stopTokens) {
        /** Checks ranges and copies the set. */
        public Settings {
            Check.positive(maxTokens, "maxTokens");
            Check.require(
                    temperature >= 0 && Double.isFinite(temperature), "temperature (%s) must be >= 0.", temperature);
            stopTokens = Set.copyOf(stopTokens);
        }
    }

    /**
     * Prepares.
     *
     * @param parts of one language model, in order, from its embedding to its head
     * @throws IllegalArgumentException when they are not
     */
    public Generator(List<Part> parts) {
        this.parts = List.copyOf(parts);
        Check.require(!parts.isEmpty(), "There are no parts.");
        ModelConfig model = parts.get(0).half.config();
        Check.require(model instanceof LlamaConfig && model.classes() == 0, "Only a language model continues a text.");
        this.config = (LlamaConfig) model;
        int block = 0;
        for (int i = 0; i < parts.size(); i++) {
            HalfRange range = parts.get(i).half.range();
            boolean fits = range.fromBlock() == block
                    && range.embedding() == (i == 0)
                    && range.head() == (i == parts.size() - 1)
                    && parts.get(i).half.config().equals(model);
            Check.require(fits, "Part %s (%s) does not follow the one before it.", i, range);
            block = range.toBlock();
        }
        Check.require(block == config.depth(), "The parts end at block %s of %s.", block, config.depth());
    }

    /**
     * Continues a text until a stop token, {@code maxTokens} or the model's limit.
     *
     * @param prompt token numbers, at least one and at most {@code config().tokens()}
     * @param settings how it goes on
     * @param streams the seed of the drawing, {@link Purpose#GENERATION}; without meaning at temperature 0
     * @param onToken is given each new token when it is there
     * @return the new tokens
     * @throws IllegalArgumentException when the prompt is empty, too long, or has a number outside the vocabulary
     */
    @SuppressWarnings("try")
    public List<Integer> generate(List<Integer> prompt, Settings settings, RandomStreams streams, IntConsumer onToken) {
        Check.require(
                !prompt.isEmpty() && prompt.size() <= config.tokens(),
                "The prompt has %s tokens, the model takes 1 to %s.",
                prompt.size(),
                config.tokens());
        for (int token : prompt) {
            Check.require(
                    token >= 0 && token < config.vocabulary(), "%s is no token of %s.", token, config.vocabulary());
        }
        int room = Math.min(settings.maxTokens, config.tokens() - prompt.size());
        RandomGenerator random = streams.stream(Purpose.GENERATION);
        List<Integer> made = new ArrayList<>();
        try (TensorScope scope = TensorScope.open("generation")) {
            List<KeyValueCache> caches = caches(prompt.size() + room);
            List<Integer> next = prompt;
            while (made.size() < room) {
                int token = choose(logits(next, caches), settings.temperature, random);
                if (settings.stopTokens.contains(token)) {
                    break;
                }
                made.add(token);
                onToken.accept(token);
                next = List.of(token);
            }
        }
        return made;
    }

    private List<KeyValueCache> caches(int capacity) {
        return parts.stream()
                .map(part -> new KeyValueCache(
                        config, part.half.range(), part.half.precision().dtype(), capacity))
                .toList();
    }

    private float[] logits(List<Integer> tokens, List<KeyValueCache> caches) {
        return TensorScope.within("token", () -> {
            int[] numbers = tokens.stream().mapToInt(Integer::intValue).toArray();
            Tensor x = Tensors.ofInts(numbers).reshape(1, numbers.length);
            for (int i = 0; i < parts.size(); i++) {
                x = parts.get(i).half.extend(x, parts.get(i).trainables, caches.get(i));
            }
            return x.toFloats();
        });
    }

    /** Draws by the probabilities {@code softmax(logits / temperature)}. */
    private static int choose(float[] logits, double temperature, RandomGenerator random) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        if (temperature == 0) {
            return best;
        }
        double[] weights = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            weights[i] = Math.exp((logits[i] - logits[best]) / temperature);
            sum += weights[i];
        }
        double left = random.nextDouble() * sum;
        for (int i = 0; i < weights.length; i++) {
            left -= weights[i];
            if (left < 0) {
                return i;
            }
        }
        return best; // rounding took the last of the sum
    }
}
