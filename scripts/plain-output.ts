// Imported before whatever looks for colours: a pipe has no use for them.
if (!process.stdout.isTTY) process.env['NO_COLOR'] ??= '1';
