package im.holm.platform.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/// A TLS context like another one, whose server sockets tell a [HandshakeWatch] of the connections
/// that they accept.
public final class WatchedContext extends SSLContext {
    private WatchedContext(SSLContext context, HandshakeWatch watch) {
        super(new Spi(context, watch), context.getProvider(), context.getProtocol());
    }

    public static SSLContext of(SSLContext context, HandshakeWatch watch) {
        return new WatchedContext(context, watch);
    }

    private static final class Spi extends SSLContextSpi {
        private final SSLContext context;
        private final HandshakeWatch watch;

        Spi(SSLContext context, HandshakeWatch watch) {
            this.context = context;
            this.watch = watch;
        }

        @Override
        protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random) {
            throw new IllegalStateException("initialised already");
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            return context.getSocketFactory();
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            return new Factory(context, watch);
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            return context.createSSLEngine();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            return context.createSSLEngine(host, port);
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return context.getServerSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return context.getClientSessionContext();
        }

        @Override
        protected SSLParameters engineGetDefaultSSLParameters() {
            return context.getDefaultSSLParameters();
        }

        @Override
        protected SSLParameters engineGetSupportedSSLParameters() {
            return context.getSupportedSSLParameters();
        }
    }

    private static final class Factory extends SSLServerSocketFactory {
        private final SSLContext context;
        private final HandshakeWatch watch;

        Factory(SSLContext context, HandshakeWatch watch) {
            this.context = context;
            this.watch = watch;
        }

        @Override
        public ServerSocket createServerSocket() throws IOException {
            return new WatchedServerSocket(
                    context.getSocketFactory(), context.getDefaultSSLParameters(), watch);
        }

        @Override
        public ServerSocket createServerSocket(int port) throws IOException {
            return bound(new InetSocketAddress(port), 0);
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog) throws IOException {
            return bound(new InetSocketAddress(port), backlog);
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog, InetAddress address)
                throws IOException {
            return bound(new InetSocketAddress(address, port), backlog);
        }

        private ServerSocket bound(InetSocketAddress address, int backlog) throws IOException {
            ServerSocket socket = createServerSocket();
            socket.bind(address, backlog);
            return socket;
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return context.getDefaultSSLParameters().getCipherSuites();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return context.getSupportedSSLParameters().getCipherSuites();
        }
    }
}
