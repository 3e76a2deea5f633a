//! Which pages of a file are in the page cache, by `mincore(2)`.
#![expect(
    unsafe_code,
    reason = "mincore(2) has no safe wrapper and needs a mapping"
)]

use std::fs::File;
use std::num::NonZeroUsize;
use std::os::fd::AsRawFd;
use std::ptr;

use nix::libc;

/// The number of pages of a file that the page cache holds.
pub(crate) fn resident_pages(file: &File) -> std::io::Result<usize> {
    let bytes = usize::try_from(file.metadata()?.len()).map_err(std::io::Error::other)?;
    // An empty file cannot be mapped, and has no pages either.
    let Some(length) = NonZeroUsize::new(bytes) else {
        return Ok(0);
    };
    let mapping = Mapping::new(file, length)?;
    let mut pages = vec![0; length.get().div_ceil(rustix::param::page_size())];
    // SAFETY: the range is exactly one live mapping, and `pages` has a byte for each of its pages.
    let answer = unsafe { libc::mincore(mapping.address, length.get(), pages.as_mut_ptr()) };
    if answer != 0 {
        return Err(std::io::Error::last_os_error());
    }
    // Only the lowest bit of each byte is defined.
    Ok(pages.iter().filter(|page| *page & 1 != 0).count())
}

/// A read-only mapping of a whole file. It is never read, because reading would load the pages that
/// are to be counted.
struct Mapping {
    address: *mut libc::c_void,
    length: NonZeroUsize,
}

impl Mapping {
    fn new(file: &File, length: NonZeroUsize) -> std::io::Result<Self> {
        let (protection, flags) = (libc::PROT_READ, libc::MAP_SHARED);
        // SAFETY: a new mapping at an address of the kernel's choice touches no memory of ours.
        let address = unsafe {
            libc::mmap(
                ptr::null_mut(),
                length.get(),
                protection,
                flags,
                file.as_raw_fd(),
                0,
            )
        };
        if address == libc::MAP_FAILED {
            return Err(std::io::Error::last_os_error());
        }
        Ok(Self { address, length })
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: exactly what `new` mapped, unmapped once; nothing points into it.
        unsafe { libc::munmap(self.address, self.length.get()) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_file_just_written_is_resident() {
        let mut file = tempfile::tempfile().unwrap();
        assert_eq!(resident_pages(&file).unwrap(), 0);
        file.write_all(&[1; 10_000]).unwrap();
        assert_eq!(
            resident_pages(&file).unwrap(),
            10_000_usize.div_ceil(rustix::param::page_size())
        );
    }
}
