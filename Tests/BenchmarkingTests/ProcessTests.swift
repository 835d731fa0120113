import Testing

/// Tests that start programs, one after the other: a script cannot be executed while another
/// thread, about to start something, still holds it open for writing.
@Suite(.serialized) enum ProcessTests {}
