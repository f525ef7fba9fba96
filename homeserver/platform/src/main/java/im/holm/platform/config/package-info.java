/// Configuration: typed settings, from the environment, a YAML file and defaults.
package im.holm.platform.config;
