/// What other servers ask of us: transactions, memberships, reading of rooms, aliases.
package im.holm.federation.serving;
