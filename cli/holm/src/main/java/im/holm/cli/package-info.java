/// The command line: the only main of the product. Picocli parses; each command says in one line
/// what is wrong and exits with 2, and never shows a stack trace.
package im.holm.cli;
