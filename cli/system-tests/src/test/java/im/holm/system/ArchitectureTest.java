package im.holm.system;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.concurrent.Future;

/// The package rules of `docs/architecture.md`, over the compiled classes of the whole product.
/// The arrows between modules are Maven's (each pom, under `arrows`).
///
/// A rule here has a planted violation in `cli/system-tests/arrows/planted`, and `./dev arrows`
/// shows that it is refused. Rules fail when they match no class at all, so that a renamed package
/// cannot empty one in silence.
class ArchitectureTest {
    private static JavaClasses holm;

    @BeforeAll
    static void readTheProduct() {
        holm = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("im.holm");
    }

    @Test
    void theCoreOfTheEngineSeesOnlyTheProtocolAndPlainValues() {
        classes()
                .that()
                .resideInAPackage("im.holm.engine.core..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                                "im.holm.engine.core..",
                                "im.holm.protocol..",
                                "java.lang..",
                                "java.math",
                                "java.nio",
                                "java.nio.charset",
                                "java.security",
                                "java.time",
                                "java.util..")
                        .or(assignableTo(byte[].class)))
                .because("engine.core is a pure step that a simulation replays from a seed")
                .check(holm);
    }

    @Test
    void theCoreOfTheEngineHasNoThreadsNoClockAndNoRandomness() {
        noClasses()
                .that()
                .resideInAPackage("im.holm.engine.core..")
                .should()
                .dependOnClassesThat(resideInAPackage("java.util.concurrent..")
                        .or(nameMatching(
                                "java\\.lang\\.(Thread.*|Process.*|Runtime|ScopedValue.*)"))
                        .or(nameMatching("java\\.lang\\.reflect\\..*"))
                        .or(nameMatching("java\\.util\\.(Random|Timer.*|UUID|Scanner)"))
                        .or(nameMatching("java\\.security\\.SecureRandom"))
                        .or(nameMatching(
                                "java\\.time\\.(Clock|InstantSource|ZonedDateTime|Local.*)")))
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .because("the step takes its time and its randomness as values")
                .check(holm);
    }

    @Test
    void theProtocolSeesOnlyATokenizerAndEd25519() {
        classes()
                .that()
                .resideInAPackage("im.holm.protocol..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "im.holm.protocol..",
                        "java..",
                        "javax.crypto..",
                        "com.fasterxml.jackson.core..",
                        "org.bouncycastle..")
                .check(holm);
    }

    @Test
    void onlyTheStoreAndTableClassesUseTheDatabase() {
        noClasses()
                .that(resideInAPackage("im.holm..")
                        .and(not(resideInAnyPackage(
                                "im.holm.store..", "im.holm.platform.db..", "im.holm.testnode..")))
                        .and(not(nameMatching(".*(Table|Tables|Rows)(\\$.*)?"))))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.jdbi..",
                        "java.sql..",
                        "javax.sql..",
                        "org.postgresql..",
                        "com.zaxxer..",
                        "org.flywaydb..")
                .because("SQL lives where its tables are declared")
                .check(holm);
    }

    @Test
    void featurePackagesNeverImportEachOther() {
        for (String module : new String[] {"accounts", "rooms", "messenger"}) {
            slices().matching("im.holm." + module + ".(*)..")
                    .should()
                    .notDependOnEachOther()
                    .allowEmptyShould(true)
                    .because("features meet only at the ports of im.holm.slice")
                    .check(holm);
        }
    }

    @Test
    void modulesOfFeaturesNeverImportEachOther() {
        slices().matching("im.holm.(accounts|rooms|messenger|e2ee|federation)..")
                .should()
                .notDependOnEachOther()
                .because("rays and features meet only at the ports of im.holm.slice")
                .check(holm);
    }

    @Test
    void onlyEgressOpensSockets() {
        noClasses()
                .that(resideInAPackage("im.holm..")
                        .and(not(resideInAnyPackage(
                                "im.holm.platform..", "im.holm.bench..", "im.holm.cli.."))))
                .should(dependOnClassesThat(opensSockets()))
                .because("a residency gate on egress must see every byte that leaves")
                .check(holm);
    }

    @Test
    void inThePlatformOnlyEgressIsAClientOfOthers() {
        noClasses()
                .that()
                .resideInAPackage("im.holm.platform..")
                .and()
                // In `tls` the JDK's interfaces of trust and key managers name
                // sockets.
                .resideOutsideOfPackages("im.holm.platform.egress..", "im.holm.platform.tls..")
                .should(dependOnClassesThat(resideInAnyPackage(
                                "java.net.http..",
                                "io.helidon.webclient..",
                                "org.eclipse.jetty.client..",
                                "org.eclipse.jetty.websocket.client..")
                        .or(nameMatching("java\\.net\\.(Socket|HttpURLConnection)"))
                        .or(nameMatching("javax\\.net\\.ssl\\.SSLSocket"))
                        .or(nameMatching("java\\.nio\\.channels\\.SocketChannel"))))
                .because("listeners accept connections; only egress makes them")
                .check(holm);
    }

    @Test
    void onlyThePlatformSeesTheHttpServers() {
        noClasses()
                .that()
                .resideOutsideOfPackage("im.holm.platform..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.helidon..", "org.eclipse.jetty..")
                .because("a server library can be replaced in one module")
                .check(holm);
    }

    @Test
    void onlyTheCommandLineSeesPicocli() {
        noClasses()
                .that()
                .resideOutsideOfPackage("im.holm.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("picocli..")
                .check(holm);
    }

    @Test
    void nothingDependsOnTheCommandLine() {
        noClasses()
                .that()
                .resideOutsideOfPackage("im.holm.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("im.holm.cli..")
                .check(holm);
    }

    @Test
    void theBenchKnowsOnlyHttp() {
        noClasses()
                .that()
                .resideInAPackage("im.holm.bench..")
                .should(dependOnClassesThat(resideInAPackage("im.holm..")
                        .and(not(resideInAPackage("im.holm.bench..")))))
                .check(holm);
    }

    @Test
    void noReflection() {
        noClasses()
                .that()
                .resideOutsideOfPackage("im.holm.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.reflect..")
                .orShould()
                .callMethod(Class.class, "forName", String.class)
                .because(
                        "constructors wire; Picocli's annotations in im.holm.cli are the exception")
                .check(holm);
    }

    @Test
    void noFutureInASignature() {
        noMethods()
                .that(areNotPrivate())
                .should()
                .haveRawReturnType(assignableTo(Future.class))
                .because("blocking code runs on virtual threads")
                .check(holm);
    }

    @Test
    void namesComeFromTheSpecificationOrTheProduct() {
        noClasses()
                .should()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Impl")
                .check(holm);
    }

    private static DescribedPredicate<JavaClass> opensSockets() {
        return resideInAnyPackage("java.net.http..", "javax.net..")
                .or(nameMatching("java\\.net\\.(Server|Datagram|Multicast)?Socket"))
                .or(nameMatching("java\\.net\\.(Http|Jar)?URLConnection"))
                .or(nameMatching("java\\.nio\\.channels\\..*(Socket|Datagram)Channel"))
                .as("open sockets");
    }

    private static DescribedPredicate<JavaMethod> areNotPrivate() {
        return DescribedPredicate.describe(
                "are not private", method -> !method.getModifiers().contains(JavaModifier.PRIVATE));
    }
}
