/// The composition root: which slices a Holm node has, and the order in which it starts and stops.
package im.holm.node;
