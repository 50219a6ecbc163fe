package io.splittune.transport.internal;

import io.splittune.core.UserException;
import io.splittune.transport.TlsIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

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
        return new TlsFiles(
                certificates(identity.caFile()), certificates(identity.certFile()), privateKey(identity.keyFile()));
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
            JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
            // An EC key of OpenSSL has a block of parameters before the key.
            for (Object block = parser.readObject(); block != null; block = parser.readObject()) {
                if (block instanceof PrivateKeyInfo key) {
                    return converter.getPrivateKey(key);
                }
                if (block instanceof PEMKeyPair pair) {
                    return converter.getPrivateKey(pair.getPrivateKeyInfo());
                }
            }
            throw new UserException(file + ": holds no private key without a password; expected PEM.");
        } catch (IOException failure) {
            throw unreadable(file, failure);
        }
    }

    private static UserException unreadable(Path file, IOException failure) {
        String why = failure instanceof NoSuchFileException ? "there is no such file" : "cannot be read as PEM";
        return new UserException(
                file + ": " + why + "; give the files that `splittune certs` made, or your own.", failure);
    }
}
