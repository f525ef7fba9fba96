/// Everything that leaves this process: the only package that opens sockets to other machines.
package im.holm.platform.egress;
