package io.splittune.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The arrows between the modules, as docs/architecture.md draws them. */
class ArchitectureTest {
    private static final String ROOT = "io.splittune.";

    /** What each module may use of the others. */
    private static final Map<String, List<String>> ARROWS = Map.of(
            "core", List.of(),
            "codec", List.of("core"),
            "wireless", List.of("core"),
            "planner", List.of("core", "wireless"),
            "tensor", List.of("core"),
            "model", List.of("core", "tensor"),
            "transport", List.of("core"),
            "training", List.of("core", "tensor", "model", "codec", "transport"),
            "simulation", List.of("core", "codec", "wireless", "planner", "tensor", "model", "transport", "training"),
            "cli",
                    List.of(
                            "core",
                            "codec",
                            "wireless",
                            "planner",
                            "tensor",
                            "model",
                            "transport",
                            "training",
                            "simulation"));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.splittune");

    @Test
    void everyModuleUsesOnlyWhatItMay() {
        ARROWS.forEach((module, allowed) -> {
            List<String> forbidden = ARROWS.keySet().stream()
                    .filter(other -> !other.equals(module) && !allowed.contains(other))
                    .map(other -> ROOT + other + "..")
                    .toList();
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + module + "..")
                    .should()
                    .dependOnClassesThat(resideInAnyPackage(forbidden.toArray(String[]::new)))
                    .check(CLASSES);
        });
    }

    @Test
    void theModulesAreAllThere() {
        ARROWS.keySet()
                .forEach(module -> classes()
                        .that(resideInAPackage(ROOT + module + ".."))
                        .should()
                        .resideInAPackage(ROOT + module + "..")
                        .check(CLASSES));
    }

    @Test
    void onlyTensorKnowsTheBinding() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "tensor..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bytedeco..")
                .check(CLASSES);
    }

    @Test
    void onlyTransportKnowsGrpc() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "transport..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.grpc..")
                .check(CLASSES);
    }

    @Test
    void whatIsInternalStaysInItsModule() {
        ARROWS.keySet()
                .forEach(module -> noClasses()
                        .that()
                        .resideOutsideOfPackage(ROOT + module + "..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage(ROOT + module + ".internal..")
                        .check(CLASSES));
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.splittune.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void onlyTheCommandLinePrints() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "cli..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(CLASSES);
    }

    @Test
    void randomNumbersAndTimeComeFromTheirOneSource() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + "core..", ROOT + "cli..")
                .should()
                .callConstructor(Random.class)
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .check(CLASSES);
    }

    @Test
    void onlyMainEndsTheProcess() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(Main.class.getName())
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .check(CLASSES);
    }
}
