/// The benchmarks behind `./dev bench protocol`. None of it is a part of the product.
package im.holm.protocol.bench;
