package io.splittune.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.model.Tokenizer;
import io.splittune.model.TokenizerOfBytes;
import io.splittune.training.data.TextSample.Content;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BuiltinTextsTest {
    private static final int SAMPLES = 2000;

    @ParameterizedTest
    @EnumSource(names = {"MENUS", "TALES_SOURCE"})
    void textsAreShortAsciiAndVaried(DataFormat format) {
        Set<String> different = new HashSet<>();
        int bytes = 0;
        for (int i = 0; i < SAMPLES; i++) {
            String text = text(format, Split.TRAIN, i);
            assertThat(text).matches("[ -~\\n]{20,200}");
            different.add(text);
            bytes += text.length();
        }
        assertThat(bytes / SAMPLES).isBetween(50, 160);
        // There are 100 sums or so; everything else hardly ever comes twice.
        assertThat(different.size()).isGreaterThan(SAMPLES * 7 / 10);
    }

    @ParameterizedTest
    @EnumSource(names = {"MENUS", "TALES_SOURCE"})
    void textsDependOnSplitAndIndexAlone(DataFormat format) {
        assertThat(text(format, Split.TRAIN, 8)).isEqualTo(text(format, Split.TRAIN, 8));
        assertThat(IntStream.range(0, 40)
                        .filter(i -> text(format, Split.TRAIN, i).equals(text(format, Split.TEST, i)))
                        .count())
                .isLessThan(5);
        try (Tokenizer tokenizer = TokenizerOfBytes.make();
                TextDataset few = TextDataset.builtin(format, Split.TEST, 12, tokenizer, TextOptions.of(256));
                TextDataset more = TextDataset.builtin(format, Split.TEST, 20, tokenizer, TextOptions.of(256))) {
            assertThat(few.classes()).isEqualTo(4);
            assertThat(more.size()).isEqualTo(20);
            for (int i = 0; i < few.size(); i++) {
                assertThat(few.tokens(i)).isEqualTo(more.tokens(i));
                assertThat(few.label(i)).isEqualTo(i % 4);
            }
        }
    }

    @Test
    void theAnswerSaysWhatTheRecordHolds() {
        for (int i = 0; i < 400; i++) {
            Content.Answer menu = (Content.Answer)
                    BuiltinTexts.of(DataFormat.MENUS).sample(Split.TRAIN, i).content();
            for (String field : menu.prompt().strip().split(" \\| ", -1)) {
                String[] nameAndValue = field.split(": ", 2);
                switch (nameAndValue[0]) {
                    case "price" ->
                        assertThat(menu.completion()).containsPattern("coin|nothing|rich|bargain|priced|luxury");
                    case "rooms", "time" ->
                        assertThat(menu.completion())
                                .contains(BuiltinTexts.Words.NUMBERS.get(Integer.parseInt(nameAndValue[1])));
                    default -> assertThat(menu.completion()).contains(nameAndValue[1]);
                }
            }
        }
    }

    @Test
    void theToneOfTheMenusIsNotInTheSource() {
        Set<String> source = phrases(DataFormat.TALES_SOURCE);
        Set<String> menus = phrases(DataFormat.MENUS);
        assertThat(source).noneMatch(phrase -> phrase.contains("!"));
        assertThat(source).doesNotContain("Taste", "Treat", "Hurry!", "aboard", "glide", "cosy", "whisks");
        assertThat(menus).contains("Taste", "Treat", "Hurry!", "aboard", "glide", "cosy", "whisks");
        // The words that it copies are.
        assertThat(source).contains("river.", "soup", "Blue", "Fern", "name:", "area:");
    }

    @Test
    void sumsAreRight() {
        for (int i = 3; i < SAMPLES; i += 4) {
            String text = text(DataFormat.TALES_SOURCE, Split.TRAIN, i);
            int[] numbers = Pattern.compile("\\d+")
                    .matcher(text)
                    .results()
                    .mapToInt(match -> Integer.parseInt(match.group()))
                    .toArray();
            assertThat(numbers).hasSize(3);
            assertThat(text.contains("+") ? numbers[0] + numbers[1] : numbers[0] - numbers[1])
                    .as(text)
                    .isEqualTo(numbers[2]);
        }
    }

    @Test
    void onlyTextsMadeByRuleAreBuiltIn() {
        assertThatThrownBy(() -> BuiltinTexts.of(DataFormat.SHAPES)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ShapesDesign.standard(DataFormat.MENUS)).isInstanceOf(IllegalArgumentException.class);
        assertThat(DataFormat.parse("builtin:menus").isText()).isTrue();
        assertThat(DataFormat.parse("jsonl").isBuiltin()).isFalse();
        assertThat(DataFormat.CIFAR10.isText()).isFalse();
    }

    private static Set<String> phrases(DataFormat format) {
        return IntStream.range(0, SAMPLES)
                .boxed()
                .flatMap(i -> Arrays.stream(text(format, Split.TRAIN, i).split("\\s+", -1)))
                .collect(Collectors.toSet());
    }

    private static String text(DataFormat format, Split split, int index) {
        Content content = BuiltinTexts.of(format).sample(split, index).content();
        return content instanceof Content.Answer answer
                ? answer.prompt() + answer.completion()
                : ((Content.Plain) content).text();
    }
}
