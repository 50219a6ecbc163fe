package io.splittune.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Random;

/** The arrows between modules, and what only some of them may touch. */
@AnalyzeClasses(packages = "io.splittune", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule modulesUseOnlyWhatTheyMay = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("core")
            .definedBy("io.splittune.core..")
            .layer("codec")
            .definedBy("io.splittune.codec..")
            .layer("tensor")
            .definedBy("io.splittune.tensor..")
            .layer("model")
            .definedBy("io.splittune.model..")
            .layer("transport")
            .definedBy("io.splittune.transport..")
            .layer("training")
            .definedBy("io.splittune.training..")
            .layer("cli")
            .definedBy("io.splittune.cli..")
            .whereLayer("core")
            .mayNotAccessAnyLayer()
            .whereLayer("codec")
            .mayOnlyAccessLayers("core")
            .whereLayer("tensor")
            .mayOnlyAccessLayers("core")
            .whereLayer("transport")
            .mayOnlyAccessLayers("core")
            .whereLayer("model")
            .mayOnlyAccessLayers("core", "tensor")
            .whereLayer("training")
            .mayOnlyAccessLayers("core", "model", "tensor", "codec", "transport")
            .whereLayer("cli")
            .mayNotBeAccessedByAnyLayer();

    @ArchTest
    static final ArchRule modulesFormNoCycle =
            slices().matching("io.splittune.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyTensorTouchesTheBinding = noClasses()
            .that()
            .resideOutsideOfPackage("io.splittune.tensor..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.bytedeco..");

    @ArchTest
    static final ArchRule onlyTransportTouchesGrpc = noClasses()
            .that()
            .resideOutsideOfPackage("io.splittune.transport..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.grpc..");

    @ArchTest
    static final ArchRule onlyTheCommandLinePrints = noClasses()
            .that()
            .resideOutsideOfPackage("io.splittune.cli..")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err");

    @ArchTest
    static final ArchRule onlyMainEndsTheProcess = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(Main.class.getName())
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "halt", int.class);

    @ArchTest
    static final ArchRule timeComesThroughATicker = noClasses()
            .that()
            .resideOutsideOfPackage("io.splittune.core..")
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class);

    @ArchTest
    static final ArchRule randomnessComesThroughStreams = noClasses()
            .should()
            .callConstructor(Random.class)
            .orShould()
            .callConstructor(Random.class, long.class)
            .orShould()
            .callMethod(Math.class, "random");
}
