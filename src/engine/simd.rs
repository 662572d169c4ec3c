//! Eight numbers at once: how the arithmetic of `products.rs` reaches the CPU's vector registers.
//!
//! Left to itself the compiler finds the right instructions only in some of the tiles, so each
//! function is compiled twice: for AVX2 with FMA and for any CPU. The crate
//! [pulp](https://docs.rs/pulp), which Burn's matrix products are built on, chooses at run time.

/// How many numbers a vector holds.
pub(crate) const LANES: usize = 8;

/// The length of a row that is filled up with zeros to whole vectors.
pub(crate) fn padded(columns: usize) -> usize {
    columns.next_multiple_of(LANES)
}

/// [`LANES`] numbers that are computed at once.
pub(super) type Vector = [f32; LANES];

/// A kind of CPU.
pub(super) trait Simd: Copy {
    /// `sum + a * b`
    fn add_product(self, sum: Vector, a: Vector, b: Vector) -> Vector;
}

/// Any CPU; the compiler makes of it what the CPU offers.
#[derive(Clone, Copy)]
pub(super) struct AnyCpu;

impl Simd for AnyCpu {
    #[inline(always)]
    fn add_product(self, mut sum: Vector, a: Vector, b: Vector) -> Vector {
        for lane in 0..LANES {
            // ARM's 64-bit CPUs always have the instruction for this; where it may be missing,
            // `mul_add` would be computed by a slow library function.
            sum[lane] = if cfg!(target_arch = "aarch64") {
                a[lane].mul_add(b[lane], sum[lane])
            } else {
                a[lane] * b[lane] + sum[lane]
            };
        }
        sum
    }
}

/// A CPU with AVX2 and FMA: a vector is one register.
#[cfg(target_arch = "x86_64")]
impl Simd for pulp::x86::V3 {
    #[inline(always)]
    fn add_product(self, sum: Vector, a: Vector, b: Vector) -> Vector {
        pulp::cast(self.mul_add_f32x8(pulp::cast(a), pulp::cast(b), pulp::cast(sum)))
    }
}

/// The CPU at hand, if it has AVX2 and FMA.
#[cfg(target_arch = "x86_64")]
pub(super) fn avx2() -> Option<pulp::x86::V3> {
    #[cfg(test)]
    if for_tests::IS_ANY_CPU.get() {
        return None;
    }
    pulp::x86::V3::try_new()
}

/// A computation that is compiled for each kind of CPU.
pub(super) trait Kernel {
    fn compute<S: Simd>(self, simd: S);
}

/// Computes with the instructions of the CPU at hand. The sums are the same with all of them; FMA
/// rounds once where others round twice.
pub(super) fn on_this_cpu(kernel: impl Kernel) {
    #[cfg(target_arch = "x86_64")]
    if let Some(simd) = avx2() {
        return simd.vectorize(OnAvx2(simd, kernel));
    }
    kernel.compute(AnyCpu);
}

#[cfg(target_arch = "x86_64")]
struct OnAvx2<K>(pulp::x86::V3, K);

#[cfg(target_arch = "x86_64")]
impl<K: Kernel> pulp::NullaryFnOnce for OnAvx2<K> {
    type Output = ();

    // Not a closure: the compiler would not put its body where AVX2 may be used.
    #[inline(always)]
    fn call(self) {
        self.1.compute(self.0);
    }
}

/// A function that is compiled for each kind of CPU: in its body the first argument is the CPU at hand, a
/// [`Simd`]. Callers give only the others.
macro_rules! for_this_cpu {
    (
        $(#[$doc:meta])*
        pub(super) fn $name:ident($simd:tt, $($argument:ident: $type:ty),* $(,)?) $body:block
    ) => {
        $(#[$doc])*
        pub(super) fn $name<'a>($($argument: $type),*) {
            struct Arguments<'a> {
                $($argument: $type),*
            }
            impl<'a> crate::engine::simd::Kernel for Arguments<'a> {
                #[inline(always)]
                fn compute<S: crate::engine::simd::Simd>(self, $simd: S) {
                    let Arguments { $($argument),* } = self;
                    $body
                }
            }
            crate::engine::simd::on_this_cpu(Arguments { $($argument),* });
        }
    };
}
pub(super) use for_this_cpu;

#[cfg(test)]
pub(crate) mod for_tests {
    use std::cell::Cell;

    thread_local! {
        /// Lets this thread compute as a CPU without AVX2 does.
        pub(super) static IS_ANY_CPU: Cell<bool> = const { Cell::new(false) };
    }

    pub(crate) fn as_any_cpu<T>(compute: impl FnOnce() -> T) -> T {
        IS_ANY_CPU.set(true);
        let result = compute();
        IS_ANY_CPU.set(false);
        result
    }
}
