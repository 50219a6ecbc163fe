package io.splittune.transport.internal;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.IPAddress;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/** Makes EC P-256 certificates with the JDK's own cryptography. Confined to one thread. */
public final class CertificateAuthority {
    /** Clocks of devices run late. */
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);

    private static final int SERIAL_BITS = 127;

    private final SecureRandom random = new SecureRandom();
    private final X500Name name = commonName("SplitTune development CA");
    private final Instant begin;
    private final Instant end;
    private final KeyPair keys;

    private CertificateAuthority(Instant now, Duration validity) throws GeneralSecurityException {
        this.begin = now.minus(CLOCK_SKEW);
        this.end = now.plus(validity);
        this.keys = newKeys();
    }

    /**
     * A certificate and its key.
     *
     * @param certificatePem in PEM
     * @param keyPem PKCS 8 in PEM, not encrypted
     */
    public record Pair(String certificatePem, String keyPem) {}

    /**
     * Makes an authority.
     *
     * @param now when its certificates begin, less an hour for late clocks
     * @param validity how long after {@code now} they end
     * @return the authority
     */
    public static CertificateAuthority create(Instant now, Duration validity) {
        try {
            return new CertificateAuthority(now, validity);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("This Java runtime has no EC P-256.", missing);
        }
    }

    /** Returns the authority's own certificate and key. */
    public Pair own() {
        return sign(keys, name, end, builder -> {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        });
    }

    /**
     * Makes a server's certificate.
     *
     * @param hosts names and IP addresses under which devices reach it, not empty
     * @return the certificate and its key
     */
    public Pair server(Set<String> hosts) {
        GeneralName[] names = hosts.stream()
                .map(host ->
                        new GeneralName(IPAddress.isValid(host) ? GeneralName.iPAddress : GeneralName.dNSName, host))
                .toArray(GeneralName[]::new);
        return leaf("SplitTune server", end, KeyPurposeId.id_kp_serverAuth, names);
    }

    /**
     * Makes a device's certificate.
     *
     * @param id its common name
     * @return the certificate and its key
     */
    public Pair device(String id) {
        return device(id, end);
    }

    /**
     * Makes a device's certificate with an end of its own.
     *
     * @param id its common name
     * @param deviceEnd when it ends
     * @return the certificate and its key
     */
    public Pair device(String id, Instant deviceEnd) {
        return leaf(id, deviceEnd, KeyPurposeId.id_kp_clientAuth);
    }

    private Pair leaf(String subject, Instant leafEnd, KeyPurposeId purpose, GeneralName... names) {
        try {
            return sign(newKeys(), commonName(subject), leafEnd, builder -> {
                builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
                builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
                builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
                if (names.length > 0) {
                    builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
                }
            });
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("This Java runtime has no EC P-256.", missing);
        }
    }

    @FunctionalInterface
    private interface Extensions {
        void addTo(JcaX509v3CertificateBuilder builder) throws IOException;
    }

    private Pair sign(KeyPair subjectKeys, X500Name subject, Instant subjectEnd, Extensions extensions) {
        try {
            BigInteger serial = new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE);
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    name, serial, Date.from(begin), Date.from(subjectEnd), subject, subjectKeys.getPublic());
            JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    identifiers.createSubjectKeyIdentifier(subjectKeys.getPublic()));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    identifiers.createAuthorityKeyIdentifier(keys.getPublic()));
            extensions.addTo(builder);
            X509CertificateHolder signed =
                    builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()));
            return new Pair(
                    pem("CERTIFICATE", signed.getEncoded()),
                    pem("PRIVATE KEY", subjectKeys.getPrivate().getEncoded()));
        } catch (GeneralSecurityException | OperatorCreationException | IOException failure) {
            throw new IllegalStateException("Making a certificate for " + subject + " failed.", failure);
        }
    }

    private KeyPair newKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), random);
        return generator.generateKeyPair();
    }

    private static X500Name commonName(String name) {
        return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, name).build();
    }

    private static String pem(String type, byte[] content) throws IOException {
        StringWriter text = new StringWriter();
        try (PemWriter writer = new PemWriter(text)) {
            writer.writeObject(new PemObject(type, content));
        }
        return text.toString();
    }
}
