package io.splittune.transport;

import java.nio.file.Path;

/**
 * Where one side's TLS files are; all in PEM, as {@link DevelopmentCertificates} or any other authority writes them.
 *
 * @param caFile certificate of the authority that the other side's certificate must come from
 * @param certFile this side's certificate, followed by intermediate ones if there are any; a device's common name is
 *     its id
 * @param keyFile private key of the certificate, not encrypted
 */
public record TlsIdentity(Path caFile, Path certFile, Path keyFile) {}
