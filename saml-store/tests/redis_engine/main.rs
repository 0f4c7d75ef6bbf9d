//! The Redis engine against real servers: each test starts its own, on a socket or a port of its own.

#[cfg(test)]
mod conformance;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod left_out;
#[cfg(test)]
mod races;
#[cfg(test)]
mod records;
#[cfg(test)]
mod server;
#[cfg(test)]
mod several;
#[cfg(test)]
mod start;
#[cfg(test)]
mod tls;
#[cfg(test)]
mod wire;
