package io.splittune.simulation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class ReportTest {
    @TempDir
    private Path folder;

    @Test
    void thePageHasHeadlineChartsDecisionsScenarioAndNotes() throws Exception {
        WrittenFiles written = new Report().write(folder, InventedRuns.comparison(20, 8));

        Document page = page();
        assertThat(texts(page, "h2"))
                .containsExactly("Notes", "Schemes", "Charts", "Decisions per device, last round", "Scenario");
        assertThat(ids(page, "figure"))
                .containsExactly(
                        "accuracy-by-round",
                        "accuracy-by-time",
                        "loss-by-round",
                        "delay-by-phase",
                        "bytes",
                        "energy",
                        "memory-by-cut",
                        "cut-by-device",
                        "bandwidth-by-device",
                        "bandwidth-by-round-1",
                        "bandwidth-by-round-2",
                        "bandwidth-by-round-3",
                        "bandwidth-by-round-4");
        assertThat(texts(page, "h1")).containsExactly("cifar100-sft: seven schemes");
        assertThat(texts(page, "pre").get(0))
                .startsWith("name: cifar100-sft\nseed: 1\n")
                .contains("# <b>");
        assertThat(texts(page, "li"))
                .containsExactly("Server clock and kappa are fitted to the paper's four headline minutes.");
        assertThat(headlineRow(page, "sft")).hasSize(11).startsWith("sft", "20").contains("8.2 GB", "7.4 GB", "48 kJ");
        assertThat(written.notes()).isEmpty();
        assertThat(written.files()).allMatch(Files::isRegularFile).contains(folder.resolve("report.html"));
    }

    @Test
    void everyChartHasAPictureWithTitleAndDescriptionAndItsDataAsATable() throws Exception {
        new Report().write(folder, InventedRuns.comparison(20, 8));

        Document page = page();
        Set<String> ids = new HashSet<>();
        for (Element figure : elements(page, "figure")) {
            String id = figure.getAttribute("id");
            Element svg = (Element) figure.getElementsByTagName("svg").item(0);
            assertThat(svg.getAttribute("role")).isEqualTo("img");
            assertThat(svg.getAttribute("aria-labelledby")).isEqualTo(id + "-title " + id + "-desc");
            assertThat(svg.getElementsByTagName("title").item(0).getTextContent())
                    .isNotBlank();
            assertThat(svg.getElementsByTagName("desc").item(0).getTextContent())
                    .isNotBlank();
            Element details = (Element) figure.getElementsByTagName("details").item(0);
            assertThat(details.getElementsByTagName("td").getLength()).isPositive();
            assertThat(ImageIO.read(folder.resolve("plots/" + id + ".png").toFile())
                            .getWidth())
                    .isEqualTo(1280);
            assertThat(parse(Files.readString(folder.resolve("plots/" + id + ".svg")))
                            .getDocumentElement()
                            .getNamespaceURI())
                    .isEqualTo("http://www.w3.org/2000/svg");
            assertThat(folder.resolve("plots/" + id + ".csv")).isNotEmptyFile();
        }
        NodeList all = page.getElementsByTagName("*");
        for (int i = 0; i < all.getLength(); i++) {
            String id = ((Element) all.item(i)).getAttribute("id");
            assertThat(id.isEmpty() || ids.add(id))
                    .as("id %s is there once", id)
                    .isTrue();
        }
    }

    @Test
    void thePageRefersToNothingOutsideAndHoldsNoScript() throws Exception {
        new Report().write(folder, InventedRuns.comparison(5, 3));

        String html = Files.readString(folder.resolve("report.html"));
        assertThat(html).doesNotContain("http://", "https://", "<script", "<link", "src=", "@import", "javascript:");
        assertThat(html.replaceAll("url\\(#[a-z0-9A-Z-]+\\)", "")).doesNotContain("url(");
    }

    @Test
    void whateverAUserNamedStaysText() throws Exception {
        String evil = "<script>alert('1')</script>&\"\u0000\n";
        DeviceDecision device = new DeviceDecision(evil, 3, 0.2, OptionalInt.empty(), 1e6, Double.NaN, false);
        RoundPoint round = point(1, 0.5, 10, List.of(device));
        ReportData data = new ReportData(
                evil,
                evil,
                OptionalDouble.of(0.4),
                List.of(new SchemeRun(evil, Double.NaN, List.of(round, point(2, 0.6, 10, List.of(device))))),
                List.of(new MemoryAtCut(1, Map.of(evil, 1.0))),
                List.of(new LineChart("own", evil, evil, Axis.of(evil, evil), Axis.of(evil, evil), List.of())),
                List.of(new Table("mine", evil, List.of(evil), List.of(List.of(Cell.text(evil))))),
                List.of(evil));

        new Report().write(folder, data);

        String html = Files.readString(folder.resolve("report.html"));
        assertThat(html)
                .doesNotContain("<script")
                .contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;\ufffd");
        assertThat(texts(page(), "h1")).containsExactly("<script>alert('1')</script>&\"\ufffd\n");
        assertThat(folder.resolve("plots/own.csv")).exists();
        assertThat(folder.resolve("plots/own.svg")).doesNotExist();
    }

    @Test
    void aSchemeWithoutVirtualTimeHasADashAndNoCurveAgainstTime() throws Exception {
        SchemeRun timed = new SchemeRun("timed", 0.1, List.of(point(1, 0.5, 60, List.of())));
        SchemeRun untimed = new SchemeRun("untimed", 0.1, List.of(point(1, 0.5, Double.NaN, List.of())));

        new Report().write(folder, InventedRuns.data(List.of(timed, untimed), List.of()));

        Document page = page();
        assertThat(headlineRow(page, "timed")).containsSubsequence("50.00 %", "60 s", "60 s");
        assertThat(headlineRow(page, "untimed")).containsSubsequence("50.00 %", "round 1", "\u2013");
        assertThat(Files.readAllLines(folder.resolve("plots/accuracy-by-time.csv")))
                .containsExactly(
                        "Series,Virtual time (s),Test accuracy (%)",
                        "timed,0,10", "timed,60,50", "untimed,,10", "untimed,,50");
    }

    @Test
    void withoutAnyVirtualTimeThereIsNoChartAgainstIt() throws Exception {
        SchemeRun untimed = new SchemeRun("untimed", 0.1, List.of(point(1, 0.5, Double.NaN, List.of())));

        new Report().write(folder, InventedRuns.data(List.of(untimed), List.of()));

        assertThat(ids(page(), "figure")).contains("accuracy-by-round").doesNotContain("accuracy-by-time");
    }

    @Test
    void zeroRoundsAndNoSchemesMakeAPageThatSaysSo() throws Exception {
        new Report().write(folder.resolve("a"), InventedRuns.data(List.of(), List.of()));
        new Report()
                .write(
                        folder.resolve("b"),
                        InventedRuns.data(List.of(new SchemeRun("sft", Double.NaN, List.of())), List.of()));

        assertThat(Files.readString(folder.resolve("a/report.html"))).contains("There is nothing to draw");
        folder = folder.resolve("b");
        assertThat(headlineRow(page(), "sft")).startsWith("sft", "0", "\u2013", "\u2013");
    }

    @Test
    void aThousandRoundsKeepThePageSmallAndTheCsvWhole() throws Exception {
        List<SchemeRun> runs =
                List.of(InventedRuns.run("sft", 1_000, 2, 1, 0.01, 74), InventedRuns.run("fl", 1_000, 2, 9, 0.01, 76));
        new Report().write(folder, InventedRuns.data(runs, InventedRuns.memory(11)));

        page();
        assertThat(Files.size(folder.resolve("report.html"))).isLessThan(1_000_000);
        assertThat(Files.readAllLines(folder.resolve("plots/accuracy-by-round.csv")))
                .hasSize(1 + 2 * 1_001);
        assertThat(Files.readAllLines(folder.resolve("plots/decisions.csv"))).hasSize(1 + 2 * 1_000 * 2);
        assertThat(Files.readString(folder.resolve("report.html")))
                .contains("(first 200 of 2002 rows; all in accuracy-by-round.csv)");
    }

    @Test
    void aHundredSchemesAndAHundredDevicesFit() throws Exception {
        List<SchemeRun> runs = IntStream.range(0, 100)
                .mapToObj(i -> InventedRuns.run("scheme-with-a-long-name-" + i, 2, 100, 1 + i * 0.1, 0.2, 70))
                .toList();

        new Report().write(folder, InventedRuns.data(runs, InventedRuns.memory(11)));

        Document page = page();
        assertThat(texts(page, "figcaption").get(0)).endsWith("The picture shows the first 8 of 100 series.");
        assertThat(headlineRow(page, "scheme-with-a-long-name-99")).contains("2");
        assertThat(Files.readAllLines(folder.resolve("plots/schemes.csv"))).hasSize(101);
    }

    @Test
    void withoutFontsTheTablesRemainAndOneNoteSaysWhy() throws Exception {
        List<Chart> asked = new ArrayList<>();
        ChartRenderer broken = chart -> {
            asked.add(chart);
            throw new PicturesUnavailableException("no usable fonts.", new InternalError("fontconfig"));
        };

        WrittenFiles written = new Report(new Plots(broken)).write(folder, InventedRuns.comparison(3, 2));

        assertThat(asked).hasSize(1);
        assertThat(written.notes()).containsExactly("Pictures are left out, tables remain: no usable fonts.");
        assertThat(texts(page(), "li")).contains("Pictures are left out, tables remain: no usable fonts.");
        assertThat(elements(page(), "svg")).isEmpty();
        assertThat(texts(page(), "h3")).contains("Accuracy against round");
        try (Stream<Path> files = Files.list(folder.resolve("plots"))) {
            assertThat(files).isNotEmpty().allMatch(file -> file.toString().endsWith(".csv"));
        }
    }

    @Test
    void numbersHaveAPointWhateverTheLocale() throws Exception {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
        try {
            new Report().write(folder.resolve("a"), InventedRuns.comparison(2, 1));
            Locale.setDefault(Locale.GERMANY);
            new Report().write(folder.resolve("b"), InventedRuns.comparison(2, 1));
            Locale.setDefault(Locale.ROOT);
            new Report().write(folder.resolve("c"), InventedRuns.comparison(2, 1));
        } finally {
            Locale.setDefault(before);
        }
        for (String file : List.of("report.html", "plots/bytes.csv", "plots/bytes.svg", "plots/energy.svg")) {
            assertThat(folder.resolve("a").resolve(file))
                    .hasSameTextualContentAs(folder.resolve("c").resolve(file));
            assertThat(folder.resolve("b").resolve(file))
                    .hasSameTextualContentAs(folder.resolve("c").resolve(file));
        }
    }

    @Test
    void theTargetIsTheOneAskedForAndMayBeMissed() throws Exception {
        SchemeRun slow =
                new SchemeRun("slow", 0.1, List.of(point(1, 0.3, 60, List.of()), point(2, 0.5, 60, List.of())));
        SchemeRun never = new SchemeRun("never", 0.1, List.of(point(1, 0.3, 60, List.of())));
        SchemeRun blind = new SchemeRun("blind", Double.NaN, List.of(point(1, Double.NaN, 60, List.of())));
        SchemeRun ready = new SchemeRun("ready", 0.6, List.of(point(1, 0.5, 60, List.of())));
        ReportData data = new ReportData(
                "t",
                "",
                OptionalDouble.of(0.4),
                List.of(slow, never, blind, ready),
                List.of(),
                List.of(),
                List.of(),
                List.of());

        new Report().write(folder, data);

        Document page = page();
        assertThat(texts(page, "th")).contains("Virtual time to 40.00 %");
        assertThat(headlineRow(page, "slow").get(4)).isEqualTo("120 s");
        assertThat(headlineRow(page, "never").get(4)).isEqualTo("not reached");
        assertThat(headlineRow(page, "blind").get(4)).isEqualTo("\u2013");
        assertThat(headlineRow(page, "ready").get(4)).isEqualTo("at the start");
    }

    @Test
    void aFurtherChartMayNotTakeAnIdOfTheReport() {
        Chart own = new LineChart("bytes", "t", "d", Axis.counting("x"), Axis.counting("y"), List.of());
        ReportData data = new ReportData(
                "t",
                "",
                OptionalDouble.empty(),
                InventedRuns.comparison(1, 1).runs(),
                List.of(),
                List.of(own),
                List.of(),
                List.of());

        assertThatThrownBy(() -> new Report().write(folder, data))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ids (bytes) must have different names.");
        assertThat(folder).isEmptyDirectory();
    }

    private static RoundPoint point(int round, double accuracy, double seconds, List<DeviceDecision> devices) {
        return new RoundPoint(
                round, 1, 1, accuracy, 1_000, 2_000, seconds, 1, Double.NaN, Map.of("ED", seconds), devices);
    }

    private Document page() throws Exception {
        return parse(Files.readString(folder.resolve("report.html")));
    }

    private static Document parse(String xml) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<Element> elements(Document page, String tag) {
        NodeList nodes = page.getElementsByTagName(tag);
        return IntStream.range(0, nodes.getLength())
                .mapToObj(i -> (Element) nodes.item(i))
                .toList();
    }

    private static List<String> texts(Document page, String tag) {
        return elements(page, tag).stream().map(Element::getTextContent).toList();
    }

    private static List<String> ids(Document page, String tag) {
        return elements(page, tag).stream()
                .map(element -> element.getAttribute("id"))
                .toList();
    }

    private static List<String> headlineRow(Document page, String scheme) throws IOException {
        Element table = elements(page, "table").get(0);
        NodeList rows = table.getElementsByTagName("tr");
        for (int i = 0; i < rows.getLength(); i++) {
            List<String> cells = new ArrayList<>();
            for (var cell = rows.item(i).getFirstChild(); cell != null; cell = cell.getNextSibling()) {
                cells.add(cell.getTextContent());
            }
            if (cells.get(0).equals(scheme)) {
                return cells;
            }
        }
        throw new IOException("no row for " + scheme);
    }
}
