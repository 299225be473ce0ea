/** A statement that the emulated warehouse is told to hold: it stays at work, and takes none, until it is stopped. */
export const ENDLESS = "SELECT 'endless' AS a";
