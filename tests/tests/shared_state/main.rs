//! Several nodes over one store: each knows what the others did, and a crash makes nobody forget.

#[cfg(test)]
mod engine;
#[cfg(test)]
mod kills;
#[cfg(test)]
mod node;
#[cfg(test)]
mod nodes;
