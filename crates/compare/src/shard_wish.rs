//! Which shard of a campaign a comparison is asked to be.

use std::path::PathBuf;

use fleet::Shard;

/// The shard that a comparison is asked to be.
#[derive(Clone, Debug)]
pub struct ShardWish {
    /// Which one.
    pub shard: Shard,
    /// The folder that all shards of the campaign share.
    pub out: PathBuf,
}
