package im.holm.protocol.id;

/// The grammar of a server name (specification appendices, "Server Name").
final class ServerNameGrammar {
    /// A port has one to five digits.
    private static final int PORT_DIGITS_MAX = 5;

    private static final int PORT_MAX = 65_535;

    /// The length of an IPv6 literal without its brackets.
    private static final int IPV6_CHARS_MIN = 2;

    private static final int IPV6_CHARS_MAX = 45;

    private ServerNameGrammar() {}

    static boolean isValid(String text) {
        if (text.isEmpty() || text.length() > Grammar.LIMIT_BYTES) {
            return false;
        }
        int end = hostEnd(text);
        if (end < 0) {
            return false;
        }
        return isHost(text.substring(0, end)) && (end == text.length() || isPort(text, end));
    }

    /// Where the host ends: the position of the colon before the port, or the length. -1 for
    /// an unclosed bracket.
    static int hostEnd(String text) {
        if (text.charAt(0) == '[') {
            return text.indexOf(']') + 1 == 0 ? -1 : text.indexOf(']') + 1;
        }
        int colon = text.indexOf(':');
        return colon < 0 ? text.length() : colon;
    }

    private static boolean isPort(String text, int colon) {
        int digits = text.length() - colon - 1;
        if (text.charAt(colon) != ':' || digits < 1 || digits > PORT_DIGITS_MAX) {
            return false;
        }
        for (int i = colon + 1; i < text.length(); i++) {
            if (!Grammar.isDigit(text.charAt(i))) {
                return false;
            }
        }
        return Integer.parseInt(text, colon + 1, text.length(), 10) <= PORT_MAX;
    }

    private static boolean isHost(String host) {
        if (host.isEmpty()) {
            return false;
        }
        return host.charAt(0) == '['
                ? isIpv6(host.substring(1, host.length() - 1))
                : isDnsName(host);
    }

    /// Letters, digits, hyphens and dots. A dotted quad is a DNS name by this grammar too.
    private static boolean isDnsName(String host) {
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (!Grammar.isAsciiAlphanumeric(c) && c != '-' && c != '.') {
                return false;
            }
        }
        return true;
    }

    static boolean isIpv4(String host) {
        String[] parts = host.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (String part : parts) {
            if (part.isEmpty() || part.length() > 3) {
                return false;
            }
            for (int i = 0; i < part.length(); i++) {
                if (!Grammar.isDigit(part.charAt(i))) {
                    return false;
                }
            }
            if (Integer.parseInt(part) > 255) {
                return false;
            }
        }
        return true;
    }

    /// RFC 3513 section 2.2: eight groups of up to four hexadecimal digits, one run of zeros
    /// written as `::`, perhaps a dotted quad in place of the last two groups.
    private static boolean isIpv6(String address) {
        if (address.length() < IPV6_CHARS_MIN || address.length() > IPV6_CHARS_MAX) {
            return false;
        }
        int gap = address.indexOf("::");
        if (gap < 0) {
            return groups(address, true) == 8;
        }
        if (address.indexOf("::", gap + 1) >= 0) {
            return false;
        }
        String before = address.substring(0, gap);
        String after = address.substring(gap + 2);
        int left = before.isEmpty() ? 0 : groups(before, false);
        int right = after.isEmpty() ? 0 : groups(after, true);
        return left >= 0 && right >= 0 && left + right <= 7;
    }

    /// How many 16-bit groups the text holds, or -1 when it is malformed.
    private static int groups(String text, boolean mayEndInIpv4) {
        String[] parts = text.split(":", -1);
        int count = 0;
        for (int i = 0; i < parts.length; i++) {
            if (mayEndInIpv4 && i == parts.length - 1 && isIpv4(parts[i])) {
                count += 2;
            } else if (isHexGroup(parts[i])) {
                count++;
            } else {
                return -1;
            }
        }
        return count;
    }

    private static boolean isHexGroup(String part) {
        if (part.isEmpty() || part.length() > 4) {
            return false;
        }
        for (int i = 0; i < part.length(); i++) {
            if (Character.digit(part.charAt(i), 16) < 0 || part.charAt(i) > 'f') {
                return false;
            }
        }
        return true;
    }
}
