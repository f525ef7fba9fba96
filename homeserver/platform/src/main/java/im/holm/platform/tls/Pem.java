package im.holm.platform.tls;

import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;

/// Reads PEM files: certificates, and unencrypted private keys in PKCS#8, PKCS#1 or SEC1.
final class Pem {
    private static final long FILE_BYTES_MAX = 1024 * 1024;

    private Pem() {}

    /// Throws [IOException] or [GeneralSecurityException] when there is none.
    static List<X509Certificate> certificates(Path file)
            throws IOException, GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> certificates = new ArrayList<>();
        for (var certificate : factory.generateCertificates(new ByteArrayInputStream(read(file)))) {
            certificates.add((X509Certificate) certificate);
        }
        if (certificates.isEmpty()) {
            throw new GeneralSecurityException("holds no certificate");
        }
        return certificates;
    }

    static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
        String text = new String(read(file), java.nio.charset.StandardCharsets.ISO_8859_1);
        try (PEMParser parser = new PEMParser(new StringReader(text))) {
            for (Object object = parser.readObject();
                    object != null;
                    object = parser.readObject()) {
                switch (object) {
                    case PEMKeyPair pair -> {
                        return privateKey(pair.getPrivateKeyInfo());
                    }
                    case PrivateKeyInfo info -> {
                        return privateKey(info);
                    }
                    case Object _ -> {}
                }
            }
        }
        throw new GeneralSecurityException("holds no unencrypted private key");
    }

    private static PrivateKey privateKey(PrivateKeyInfo info)
            throws IOException, GeneralSecurityException {
        String algorithm = switch (info.getPrivateKeyAlgorithm().getAlgorithm().getId()) {
            case "1.2.840.113549.1.1.1" -> "RSA";
            case "1.2.840.10045.2.1" -> "EC";
            case "1.3.101.112" -> "Ed25519";
            case String other ->
                throw new GeneralSecurityException("holds a key of the unknown kind " + other);
        };
        return KeyFactory.getInstance(algorithm)
                .generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
    }

    private static byte[] read(Path file) throws IOException {
        if (Files.size(file) > FILE_BYTES_MAX) {
            throw new IOException("larger than 1 MiB");
        }
        return Files.readAllBytes(file);
    }
}
