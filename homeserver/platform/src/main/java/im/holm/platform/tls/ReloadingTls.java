package im.holm.platform.tls;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/// The server side of TLS from PEM files that are read again when they change, so that a renewed
/// certificate needs no restart. The files are looked at when a client connects, at most every few
/// seconds; while new ones cannot be read, the old ones stay.
public final class ReloadingTls {
    private static final Logger LOG = LoggerFactory.getLogger(ReloadingTls.class);
    private static final long CHECK_INTERVAL_NANOS = 2_000_000_000L;

    private ReloadingTls() {}

    public static TlsOutcome server(PemFiles files) {
        try {
            Identity identity = Identity.read(files);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new Keys(files, identity)}, null, null);
            return new TlsOutcome.Ready(context);
        } catch (Identity.Unusable e) {
            return new TlsOutcome.Unusable(e.getMessage());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A certificate chain, its key and when the files were written.
    private record Identity(
            PrivateKey key, X509Certificate[] chain, FileTime certificateTime, FileTime keyTime) {
        static Identity read(PemFiles files) throws Unusable {
            FileTime certificateTime = time(files.certificate());
            FileTime keyTime = time(files.key());
            List<X509Certificate> chain;
            try {
                chain = Pem.certificates(files.certificate());
            } catch (IOException | GeneralSecurityException e) {
                throw new Unusable(files.certificate(), e);
            }
            try {
                PrivateKey key = Pem.privateKey(files.key());
                return new Identity(
                        key, chain.toArray(X509Certificate[]::new), certificateTime, keyTime);
            } catch (IOException | GeneralSecurityException e) {
                throw new Unusable(files.key(), e);
            }
        }

        boolean isStale(PemFiles files) throws Unusable {
            return !time(files.certificate()).equals(certificateTime)
                    || !time(files.key()).equals(keyTime);
        }

        private static FileTime time(Path file) throws Unusable {
            try {
                return Files.getLastModifiedTime(file);
            } catch (IOException e) {
                throw new Unusable(file, e);
            }
        }

        private static final class Unusable extends Exception {
            private static final long serialVersionUID = 1L;

            Unusable(Path file, Exception cause) {
                super(
                        cause instanceof NoSuchFileException
                                ? "there is no file " + file
                                : file + ": " + cause.getMessage());
            }
        }
    }

    private static final class Keys extends X509ExtendedKeyManager {
        private static final String ALIAS = "server";

        private final PemFiles files;
        private volatile Identity identity;
        private volatile long checked = System.nanoTime();

        Keys(PemFiles files, Identity identity) {
            this.files = files;
            this.identity = identity;
        }

        private Identity current() {
            long now = System.nanoTime();
            if (now - checked >= CHECK_INTERVAL_NANOS) {
                checked = now;
                try {
                    if (identity.isStale(files)) {
                        identity = Identity.read(files);
                        LOG.info("Read the new certificate {}", files.certificate());
                    }
                } catch (Identity.Unusable e) {
                    LOG.warn("The old certificate stays in use: {}", e.getMessage());
                }
            }
            return identity;
        }

        @Override
        public String chooseEngineServerAlias(
                String keyType, Principal[] issuers, SSLEngine engine) {
            return alias(keyType);
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return alias(keyType);
        }

        private String alias(String keyType) {
            String algorithm = current().key().getAlgorithm();
            boolean fits = keyType.equals(algorithm)
                    || keyType.startsWith(algorithm + "_")
                    || (keyType.equals("RSASSA-PSS") && algorithm.equals("RSA"))
                    || (algorithm.equals("Ed25519") && keyType.equals("EdDSA"))
                    || (algorithm.equals("EdDSA") && keyType.startsWith("Ed"));
            return fits ? ALIAS : null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return identity.chain().clone();
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return identity.key();
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return new String[0];
        }

        @Override
        public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
            return null;
        }
    }
}
