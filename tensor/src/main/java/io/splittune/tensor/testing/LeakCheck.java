package io.splittune.tensor.testing;

import io.splittune.tensor.TensorScope;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** The extension behind {@link LeakChecked}. */
final class LeakCheck implements BeforeEachCallback, AfterEachCallback {
    private static final Namespace NAMESPACE = Namespace.create(LeakCheck.class);

    private record Count(long tensors, long bytes) {
        static Count now() {
            return new Count(TensorScope.liveTensorsEverywhere(), TensorScope.liveBytesEverywhere());
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        context.getStore(NAMESPACE).put(context.getUniqueId(), Count.now());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Count before = context.getStore(NAMESPACE).remove(context.getUniqueId(), Count.class);
        Count after = Count.now();
        if (before != null && (after.tensors() > before.tensors() || after.bytes() > before.bytes())) {
            throw new AssertionError("The test leaks " + (after.tensors() - before.tensors()) + " tensors with "
                    + (after.bytes() - before.bytes()) + " bytes.");
        }
    }
}
