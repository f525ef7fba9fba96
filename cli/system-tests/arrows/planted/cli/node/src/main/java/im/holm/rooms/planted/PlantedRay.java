package im.holm.rooms.planted;

/// The rooms import the accounts (in a module that could: elsewhere Maven refuses first).
final class PlantedRay {
    im.holm.accounts.planted.PlantedAccount account;
}
