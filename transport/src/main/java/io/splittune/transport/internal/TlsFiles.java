package io.splittune.transport.internal;

import io.splittune.core.UserException;
import io.splittune.transport.TlsIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;

/**
 * The content of a side's TLS files.
 *
 * @param authorities certificates that the other side's certificate may come from
 * @param chain this side's certificate, then intermediate ones
 * @param key private key of the first certificate of the chain
 */
public record TlsFiles(List<X509Certificate> authorities, List<X509Certificate> chain, PrivateKey key) {
    /**
     * Reads the files.
     *
     * @param identity where they are
     * @return their content
     * @throws UserException when a file is missing or is not what it should be
     */
    public static TlsFiles read(TlsIdentity identity) {
        TlsFiles files = new TlsFiles(
                certificates(identity.caFile()), certificates(identity.certFile()), privateKey(identity.keyFile()));
        if (!files.keyFits()) {
            throw new UserException(identity.keyFile() + ": is not the key of " + identity.certFile() + ".");
        }
        return files;
    }

    /** Signs something and checks the signature with the certificate. */
    private boolean keyFits() {
        PublicKey certified = chain.get(0).getPublicKey();
        String algorithm = switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> key.getAlgorithm();
        };
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(certified.getEncoded());
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(certified.getEncoded());
            return signature.verify(signed);
        } catch (GeneralSecurityException differentKinds) {
            return false;
        }
    }

    /**
     * Refuses a certificate of this side that cannot be valid now, so that the mistake is told where it is.
     *
     * @param certFile named in the message
     * @param now the time
     * @throws UserException when it has expired or is not valid yet
     */
    public void requireValid(Path certFile, Instant now) {
        X509Certificate own = chain.get(0);
        if (now.isAfter(own.getNotAfter().toInstant())) {
            throw new UserException(certFile + ": the certificate expired on "
                    + own.getNotAfter().toInstant() + "; make new ones with `splittune certs`.");
        }
        if (now.isBefore(own.getNotBefore().toInstant())) {
            throw new UserException(certFile + ": the certificate is valid from "
                    + own.getNotBefore().toInstant() + " only; check this machine's clock.");
        }
    }

    private static List<X509Certificate> certificates(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            List<X509Certificate> found = CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (found.isEmpty()) {
                throw new UserException(file + ": holds no certificate; expected PEM.");
            }
            return found;
        } catch (IOException failure) {
            throw unreadable(file, failure);
        } catch (CertificateException malformed) {
            throw new UserException(file + ": not a certificate in PEM.", malformed);
        }
    }

    private static PrivateKey privateKey(Path file) {
        try (Reader in = Files.newBufferedReader(file);
                PEMParser parser = new PEMParser(in)) {
            // An EC key of OpenSSL has a block of parameters before the key.
            for (Object block = parser.readObject(); block != null; block = parser.readObject()) {
                if (block instanceof PrivateKeyInfo key) {
                    return decode(key);
                }
                if (block instanceof PEMKeyPair pair) {
                    return decode(pair.getPrivateKeyInfo());
                }
            }
            throw new UserException(file + ": holds no private key without a password; expected PEM.");
        } catch (IOException failure) {
            throw unreadable(file, failure);
        } catch (GeneralSecurityException unusable) {
            throw new UserException(file + ": not a usable private key; EC P-256 is what works everywhere.", unusable);
        }
    }

    private static PrivateKey decode(PrivateKeyInfo key) throws GeneralSecurityException, IOException {
        ASN1ObjectIdentifier kind = key.getPrivateKeyAlgorithm().getAlgorithm();
        String algorithm = "EdDSA";
        if (kind.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            algorithm = "EC";
        } else if (kind.equals(PKCSObjectIdentifiers.rsaEncryption)) {
            algorithm = "RSA";
        }
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(key.getEncoded()));
    }

    private static UserException unreadable(Path file, IOException failure) {
        String why = failure instanceof NoSuchFileException ? "there is no such file" : "cannot be read as PEM";
        return new UserException(
                file + ": " + why + "; give the files that `splittune certs` made, or your own.", failure);
    }
}
