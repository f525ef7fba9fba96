package im.holm.platform.tls;

import java.io.IOException;
import java.net.Socket;

import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// Accepts TCP connections, tells the watch, and puts TLS over them.
final class WatchedServerSocket extends SSLServerSocket {
    private final SSLSocketFactory factory;
    private final HandshakeWatch watch;
    private volatile SSLParameters parameters;

    WatchedServerSocket(SSLSocketFactory factory, SSLParameters parameters, HandshakeWatch watch)
            throws IOException {
        this.factory = factory;
        this.parameters = parameters;
        this.watch = watch;
    }

    @Override
    public Socket accept() throws IOException {
        while (true) {
            Socket plain = new Socket();
            implAccept(plain);
            if (!watch.started(plain)) {
                HandshakeWatch.close(plain);
                continue;
            }
            SSLSocket socket = (SSLSocket) factory.createSocket(plain, null, true);
            socket.setUseClientMode(false);
            socket.setSSLParameters(parameters);
            return socket;
        }
    }

    @Override
    public SSLParameters getSSLParameters() {
        return parameters;
    }

    @Override
    public void setSSLParameters(SSLParameters next) {
        parameters = next;
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return parameters.getCipherSuites();
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {
        parameters.setCipherSuites(suites);
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return factory.getSupportedCipherSuites();
    }

    @Override
    public String[] getSupportedProtocols() {
        return parameters.getProtocols();
    }

    @Override
    public String[] getEnabledProtocols() {
        return parameters.getProtocols();
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {
        parameters.setProtocols(protocols);
    }

    @Override
    public void setNeedClientAuth(boolean need) {
        parameters.setNeedClientAuth(need);
    }

    @Override
    public boolean getNeedClientAuth() {
        return parameters.getNeedClientAuth();
    }

    @Override
    public void setWantClientAuth(boolean want) {
        parameters.setWantClientAuth(want);
    }

    @Override
    public boolean getWantClientAuth() {
        return parameters.getWantClientAuth();
    }

    @Override
    public void setUseClientMode(boolean mode) {
        if (mode) {
            throw new IllegalArgumentException("this is the server");
        }
    }

    @Override
    public boolean getUseClientMode() {
        return false;
    }

    @Override
    public void setEnableSessionCreation(boolean flag) {
        if (!flag) {
            throw new IllegalArgumentException("sessions are always made");
        }
    }

    @Override
    public boolean getEnableSessionCreation() {
        return true;
    }
}
