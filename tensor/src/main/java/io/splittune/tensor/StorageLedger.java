package io.splittune.tensor;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts the native memory behind all tensors of the process, each storage once however many tensors view it.
 *
 * <p>A storage is charged to the scope that registered it first and to the scopes around that one. Thread-safe.
 */
final class StorageLedger {
    private static final StorageLedger PROCESS = new StorageLedger();

    private final Map<Long, Entry> entries = new HashMap<>();
    private long bytes;
    private long tensors;

    private StorageLedger() {}

    static StorageLedger process() {
        return PROCESS;
    }

    private static final class Entry {
        private final long bytes;
        private TensorScope charged;
        private int tensors;

        Entry(long bytes, TensorScope charged) {
            this.bytes = bytes;
            this.charged = charged;
        }
    }

    /**
     * Counts a new tensor.
     *
     * @param address the storage's address, 0 when it has no memory
     * @param storageBytes its size
     * @param scope the tensor's owner
     * @return null when counted; otherwise the scope whose byte limit the storage exceeds, and nothing is counted
     */
    synchronized @Nullable TensorScope add(long address, long storageBytes, TensorScope scope) {
        Entry entry = entries.get(address);
        if (address != 0 && entry == null) {
            TensorScope full = scope.firstFull(storageBytes);
            if (full != null) {
                return full;
            }
            entry = new Entry(storageBytes, scope);
            entries.put(address, entry);
            bytes += storageBytes;
            scope.charge(storageBytes);
        }
        if (entry != null) {
            entry.tensors++;
        }
        tensors++;
        return null;
    }

    /** Takes the tensor's storage from its present scope to {@code scope}. */
    synchronized void recharge(long address, TensorScope scope) {
        Entry entry = entries.get(address);
        if (entry != null) {
            entry.charged.charge(-entry.bytes);
            entry.charged = scope;
            scope.charge(entry.bytes);
        }
    }

    /** Forgets a tensor. */
    synchronized void remove(long address) {
        tensors--;
        Entry entry = entries.get(address);
        if (entry != null && --entry.tensors == 0) {
            entries.remove(address);
            bytes -= entry.bytes;
            entry.charged.charge(-entry.bytes);
        }
    }

    synchronized long tensors() {
        return tensors;
    }

    synchronized long bytes() {
        return bytes;
    }

    /** Reads a counter that {@link #add} and {@link #remove} change. */
    synchronized long read(TensorScope scope) {
        return scope.chargedBytes();
    }
}
