package io.splittune.cli.scenario;

import io.splittune.core.UserException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;

/** Reflection on records. */
final class Records {
    private Records() {}

    static Object get(Record owner, RecordComponent component) {
        try {
            return component.getAccessor().invoke(owner);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("No access to " + component, e);
        }
    }

    static Object create(Class<?> type, Object[] values) {
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof UserException mistake) {
                throw mistake;
            }
            throw new IllegalStateException("The constructor of " + type + " failed.", e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("No access to the constructor of " + type, e);
        }
    }
}
