package io.splittune.simulation.report;

import java.awt.Dimension;
import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;

/**
 * A chart as one SVG element: text as outlines, so that it looks alike on every machine.
 *
 * <p>Batik's output is made fit for several pictures in one page: identifiers carry the chart's, a curve of a thousand
 * segments becomes one polyline, attributes that change nothing are left out.
 */
final class SvgPicture {
    private static final String SVG = "http://www.w3.org/2000/svg";
    /** Of text and images, of which there are none, and of rendering, where the default is as good. */
    private static final Set<String> USELESS = Set.of(
            "color-interpolation",
            "color-rendering",
            "image-rendering",
            "shape-rendering",
            "text-rendering",
            "font-family",
            "font-size",
            "font-style",
            "font-weight");

    private final String id;
    private final StringBuilder out = new StringBuilder();

    private SvgPicture(String id) {
        this.id = id;
    }

    /** Returns the element, without a namespace, with the chart's title and description. */
    static String of(Chart chart, Consumer<Graphics2D> painter) {
        SVGGraphics2D canvas = new SVGGraphics2D(context(), true);
        canvas.setSVGCanvasSize(new Dimension(XChartRenderer.WIDTH, XChartRenderer.HEIGHT));
        painter.accept(canvas);
        return new SvgPicture(chart.id()).element(chart, canvas.getRoot());
    }

    private static SVGGeneratorContext context() {
        try {
            Document document = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .getDOMImplementation()
                    .createDocument(SVG, "svg", null);
            SVGGeneratorContext context = SVGGeneratorContext.createDefault(document);
            context.setPrecision(1);
            return context;
        } catch (ParserConfigurationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private String element(Chart chart, Element root) {
        out.append("<svg viewBox=\"0 0 ")
                .append(XChartRenderer.WIDTH)
                .append(' ')
                .append(XChartRenderer.HEIGHT);
        out.append("\" role=\"img\" aria-labelledby=\"")
                .append(id)
                .append("-title ")
                .append(id)
                .append("-desc\"");
        for (String kept : List.of("fill", "stroke", "stroke-linecap", "stroke-miterlimit")) {
            out.append(' ')
                    .append(kept)
                    .append("=\"")
                    .append(root.getAttribute(kept))
                    .append('"');
        }
        out.append(">\n<title id=\"").append(id).append("-title\">").append(Html.escape(chart.title()));
        out.append("</title>\n<desc id=\"").append(id).append("-desc\">").append(Html.escape(chart.description()));
        out.append("</desc>\n");
        children(root);
        return out.append("</svg>\n").toString();
    }

    private void children(Element parent) {
        List<Element> elements = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                elements.add(element);
            }
        }
        for (int i = 0; i < elements.size(); i++) {
            int last = i;
            while (last + 1 < elements.size() && continues(elements.get(last), elements.get(last + 1))) {
                last++;
            }
            if (last > i) {
                polyline(elements.subList(i, last + 1));
                i = last;
            } else {
                write(elements.get(i));
            }
        }
    }

    private void write(Element element) {
        if (element.getTagName().equals("defs") && element.getFirstChild() == null) {
            return;
        }
        out.append('<').append(element.getTagName());
        attributes(element, Set.of());
        if (element.getFirstChild() == null) {
            out.append("/>\n");
            return;
        }
        out.append(">\n");
        children(element);
        out.append("</").append(element.getTagName()).append(">\n");
    }

    private void polyline(List<Element> segments) {
        out.append("<polyline");
        attributes(segments.get(0), Set.of("x1", "y1", "x2", "y2"));
        out.append(" points=\"").append(segments.get(0).getAttribute("x1"));
        out.append(',').append(segments.get(0).getAttribute("y1"));
        for (Element segment : segments) {
            out.append(' ').append(segment.getAttribute("x2")).append(',').append(segment.getAttribute("y2"));
        }
        out.append("\"/>\n");
    }

    private void attributes(Element element, Set<String> leftOut) {
        NamedNodeMap attributes = element.getAttributes();
        var sorted = new TreeMap<String, String>();
        for (int i = 0; i < attributes.getLength(); i++) {
            sorted.put(attributes.item(i).getNodeName(), attributes.item(i).getNodeValue());
        }
        sorted.forEach((name, value) -> {
            if (!leftOut.contains(name) && !USELESS.contains(name)) {
                out.append(' ')
                        .append(name)
                        .append("=\"")
                        .append(Html.escape(own(name, value)))
                        .append('"');
            }
        });
    }

    private String own(String name, String value) {
        return name.equals("id") ? id + "-" + value : value.replace("url(#", "url(#" + id + "-");
    }

    private static boolean continues(Element before, Element next) {
        return before.getTagName().equals("line")
                && next.getTagName().equals("line")
                && before.getAttribute("x2").equals(next.getAttribute("x1"))
                && before.getAttribute("y2").equals(next.getAttribute("y1"))
                && before.getAttribute("clip-path").equals(next.getAttribute("clip-path"))
                && before.getAttribute("stroke").equals(next.getAttribute("stroke"));
    }
}
