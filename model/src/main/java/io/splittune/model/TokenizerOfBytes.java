package io.splittune.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.core.AtomicFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The tokenizer of the built-in language model: token b is the byte b of the UTF-8 text, then come start, end and
 * filling. Written in the form of Hugging Face's tokenizers, so that it goes with the model wherever that goes.
 */
public final class TokenizerOfBytes {
    /** Number of the token that a text starts with. */
    public static final int START = 256;

    /** Number of the token that ends a text. */
    public static final int END = 257;

    /** Number of the token that fills up rows. */
    public static final int FILLING = 258;

    /** One more than the highest number. */
    public static final int VOCABULARY = 259;

    private static final List<String> SPECIAL = List.of("<s>", "</s>", "<pad>");

    private TokenizerOfBytes() {}

    /** Makes the tokenizer; to be closed by the caller. */
    public static Tokenizer make() {
        return Tokenizer.of(new TokenizerFiles(tokenizer().toString(), config()), "built-in tokenizer");
    }

    /**
     * Writes {@code tokenizer.json} and {@code tokenizer_config.json}.
     *
     * @param folder where the model is
     * @throws io.splittune.core.UserException when the disk refuses
     */
    public static void write(Path folder) throws IOException {
        AtomicFiles.writeString(folder.resolve("tokenizer.json"), JsonFiles.toText(tokenizer()));
        AtomicFiles.writeString(folder.resolve("tokenizer_config.json"), JsonFiles.toText(config()));
    }

    private static ObjectNode config() {
        return new ObjectMapper()
                .createObjectNode()
                .put("bos_token", SPECIAL.get(0))
                .put("eos_token", SPECIAL.get(1))
                .put("pad_token", SPECIAL.get(2))
                .put("clean_up_tokenization_spaces", false)
                .put("tokenizer_class", "PreTrainedTokenizerFast");
    }

    private static ObjectNode tokenizer() {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("version", "1.0").putNull("truncation").putNull("padding");
        ArrayNode added = root.putArray("added_tokens");
        for (int i = 0; i < SPECIAL.size(); i++) {
            ObjectNode token = added.addObject().put("id", START + i).put("content", SPECIAL.get(i));
            for (String no : List.of("single_word", "lstrip", "rstrip", "normalized")) {
                token.put(no, false);
            }
            token.put("special", true);
        }
        root.putNull("normalizer");
        byteLevel(root.putObject("pre_tokenizer"), false);
        startsWith(root.putObject("post_processor"));
        // A decoder uses neither; the library writes them so.
        byteLevel(root.putObject("decoder"), true);
        model(root.putObject("model"));
        return root;
    }

    private static void byteLevel(ObjectNode part, boolean splits) {
        part.put("type", "ByteLevel")
                .put("add_prefix_space", splits)
                .put("trim_offsets", true)
                .put("use_regex", splits);
    }

    /** A text gets the start token in front, a pair of texts gets it in front of each. */
    private static void startsWith(ObjectNode processor) {
        processor.put("type", "TemplateProcessing");
        ArrayNode single = processor.putArray("single");
        part(single, "SpecialToken", SPECIAL.get(0), 0);
        part(single, "Sequence", "A", 0);
        ArrayNode pair = processor.putArray("pair");
        part(pair, "SpecialToken", SPECIAL.get(0), 0);
        part(pair, "Sequence", "A", 0);
        part(pair, "SpecialToken", SPECIAL.get(0), 1);
        part(pair, "Sequence", "B", 1);
        ObjectNode start = processor.putObject("special_tokens").putObject(SPECIAL.get(0));
        start.put("id", SPECIAL.get(0)).putArray("ids").add(START);
        start.putArray("tokens").add(SPECIAL.get(0));
    }

    private static void part(ArrayNode template, String kind, String id, int type) {
        template.addObject().putObject(kind).put("id", id).put("type_id", type);
    }

    private static void model(ObjectNode model) {
        model.put("type", "BPE")
                .putNull("dropout")
                .putNull("unk_token")
                .putNull("continuing_subword_prefix")
                .putNull("end_of_word_suffix")
                .put("fuse_unk", false)
                .put("byte_fallback", false)
                .put("ignore_merges", false);
        ObjectNode vocabulary = model.putObject("vocab");
        int unprintable = 0;
        for (int value = 0; value < START; value++) {
            char shown = (char) (isPrintable(value) ? value : 256 + unprintable++);
            vocabulary.put(String.valueOf(shown), value);
        }
        for (int i = 0; i < SPECIAL.size(); i++) {
            vocabulary.put(SPECIAL.get(i), START + i);
        }
        model.putArray("merges");
    }

    /** ByteLevel shows these bytes as themselves, the others in order as the characters from U+0100 on (GPT-2). */
    private static boolean isPrintable(int value) {
        return (value >= '!' && value <= '~') || (value >= 0xA1 && value != 0xAD);
    }
}
