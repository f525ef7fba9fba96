package im.holm.accounts.planted;

/// What PlantedRay imports.
public final class PlantedAccount {}
