package io.splittune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void everyKindOfValueIsWrittenAsItIsReadAgain() {
        ObjectNode node = Json.object();
        node.put("text", "a \"quoted\" line\nand ä\u0001")
                .put("whole", Long.MIN_VALUE)
                .put("small", 1e-300)
                .put("truth", true)
                .putNull("nothing");
        node.putArray("list").add(1).addObject().put("deep", 0.1f);
        node.putObject("empty");
        node.putArray("none");
        Json.put(node, "infinite", Double.POSITIVE_INFINITY);

        for (String text : new String[] {Json.pretty(node), Json.line(node)}) {
            assertThat(Json.line(Json.parse(text))).isEqualTo(Json.line(node));
            assertThat(Json.parse(text).toString())
                    .isEqualTo(Json.parse(node.toString()).toString());
        }
        assertThat(Json.line(node)).doesNotContain("\n").contains("\"infinite\":null");
        assertThat(Json.pretty(node)).contains("\n  \"whole\" : -9223372036854775808,");
    }
}
