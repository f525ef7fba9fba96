package im.holm.platform.egress;

/// A named reason for which bytes leave the server, such as `federation` or `push`: what a policy
/// decides on, what metrics count and what the documentation lists.
public record EgressClass(String name, String description) {
    public static final EgressClass FEDERATION =
            new EgressClass("federation", "Matrix federation with other servers");

    public EgressClass {
        if (!name.matches("[a-z][a-z0-9_]{0,39}")) {
            throw new IllegalArgumentException("not a name of an egress class: " + name);
        }
    }
}
