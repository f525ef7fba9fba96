/// What the engine needs and others fill: storage (`store`) and the other servers (`federation`).
package im.holm.engine.port;
