package io.splittune.tensor.testing;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.EventConditions.test;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.instanceOf;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import io.splittune.tensor.DType;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

@LeakChecked
@SuppressWarnings("try")
final class LeakCheckedTest {
    @Test
    void aTestThatLeaksFailsAndOneThatDoesNotPasses() {
        Events tests = EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(Sample.class))
                .execute()
                .testEvents();
        tests.assertStatistics(statistics -> statistics.started(2).succeeded(1).failed(1));
        tests.failed()
                .assertEventsMatchExactly(event(
                        test("leaks"),
                        finishedWithFailure(
                                instanceOf(AssertionError.class), message("The test leaks 1 tensors with 40 bytes."))));
    }

    /** Run by the test above alone: Surefire skips nested classes without {@code @Nested}. */
    @LeakChecked
    static final class Sample {
        private static final TensorScope KEPT = TensorScope.detached("kept");

        @Test
        void leaks() {
            try (TensorScope.Entry entry = KEPT.enter()) {
                Tensors.zeros(DType.FP32, 10);
            }
        }

        @Test
        void doesNotLeak() {
            try (TensorScope scope = TensorScope.open("step")) {
                Tensors.zeros(DType.FP32, 10);
            }
        }

        @AfterAll
        static void clean() {
            KEPT.close();
        }
    }
}
