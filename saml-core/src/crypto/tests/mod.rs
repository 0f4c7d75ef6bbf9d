mod certificates;
mod keys;
mod signatures;
