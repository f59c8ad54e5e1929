//! The thin shell for Envoy.
