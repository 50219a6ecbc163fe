package io.splittune.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The project's version, from the manifest. */
final class Version implements IVersionProvider {
    static String current() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    @Override
    public String[] getVersion() {
        return new String[] {"splittune " + current()};
    }
}
