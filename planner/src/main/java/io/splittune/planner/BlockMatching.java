package io.splittune.planner;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.jgrapht.alg.interfaces.MatchingAlgorithm.Matching;
import org.jgrapht.alg.matching.KuhnMunkresMinimalWeightBipartitePerfectMatching;
import org.jgrapht.graph.DefaultWeightedEdge;
import org.jgrapht.graph.SimpleWeightedGraph;

/**
 * Minimum-weight perfect matching of devices and resource blocks: SFLAM eq. (30) and (31), by the Hungarian method of
 * JGraphT in place of the paper's interior point.
 *
 * <p>The smaller side is filled up with virtual devices or blocks at weight 0; the paper has virtual blocks only, as it
 * assumes more devices than blocks. Of K blocks each needs only the K devices that are cheapest for it: were it given
 * another, one of those K would be free and could take its place. The others are left aside, and so are blocks where
 * there are more of them.
 */
final class BlockMatching {
    /** A device without a real block. */
    static final int NO_BLOCK = -1;

    private BlockMatching() {}

    /**
     * Returns each device's block, or {@link #NO_BLOCK}.
     *
     * @param weights one row per device, one column per block, finite
     */
    static int[] match(double[][] weights) {
        int devices = weights.length;
        int blocks = weights[0].length;
        int[] rows = devices > blocks
                ? candidates(weights)
                : IntStream.range(0, devices).toArray();
        int[] columns = blocks > devices
                ? candidates(transposed(weights))
                : IntStream.range(0, blocks).toArray();
        int[] chosen = new int[devices];
        Arrays.fill(chosen, NO_BLOCK);
        int[] perfect = perfect(weights, rows, columns);
        for (int i = 0; i < rows.length; i++) {
            if (perfect[i] < columns.length) {
                chosen[rows[i]] = columns[perfect[i]];
            }
        }
        return chosen;
    }

    /** The rows that are among the cheapest of some column, as many for each as there are columns; in order. */
    private static int[] candidates(double[][] weights) {
        int columns = weights[0].length;
        BitSet found = new BitSet(weights.length);
        for (int k = 0; k < columns; k++) {
            int column = k;
            IntStream.range(0, weights.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(row -> weights[row][column]))
                    .limit(columns)
                    .forEach(found::set);
        }
        return found.stream().toArray();
    }

    private static double[][] transposed(double[][] weights) {
        double[][] turned = new double[weights[0].length][weights.length];
        for (int i = 0; i < weights.length; i++) {
            for (int k = 0; k < turned.length; k++) {
                turned[k][i] = weights[i][k];
            }
        }
        return turned;
    }

    /** The column of each row in the square that virtual rows or columns fill up; at or beyond the columns if virtual. */
    private static int[] perfect(double[][] weights, int[] rows, int[] columns) {
        int size = Math.max(rows.length, columns.length);
        SimpleWeightedGraph<Integer, DefaultWeightedEdge> graph = new SimpleWeightedGraph<>(DefaultWeightedEdge.class);
        Set<Integer> left = new LinkedHashSet<>();
        Set<Integer> right = new LinkedHashSet<>();
        for (int i = 0; i < size; i++) {
            left.add(i);
            right.add(size + i);
            graph.addVertex(i);
            graph.addVertex(size + i);
        }
        for (int n = 0; n < size; n++) {
            for (int k = 0; k < size; k++) {
                DefaultWeightedEdge edge = new DefaultWeightedEdge();
                graph.addEdge(n, size + k, edge);
                graph.setEdgeWeight(edge, n < rows.length && k < columns.length ? weights[rows[n]][columns[k]] : 0);
            }
        }
        Matching<Integer, DefaultWeightedEdge> matching =
                new KuhnMunkresMinimalWeightBipartitePerfectMatching<>(graph, left, right).getMatching();
        int[] chosen = new int[size];
        for (DefaultWeightedEdge edge : matching.getEdges()) {
            chosen[graph.getEdgeSource(edge)] = graph.getEdgeTarget(edge) - size;
        }
        return chosen;
    }
}
