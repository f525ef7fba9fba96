/// Accounts, devices, sessions and profiles; signing in, and the API that makes accounts.
package im.holm.accounts;
