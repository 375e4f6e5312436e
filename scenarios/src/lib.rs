//! The scenario catalogue: one file for each scenario, one row of registration.
//!
//! A file holds a story, the bad interleaving as a table with a column for each task,
//! the program in its variants, and what each must show and why. Folders are
//! families. `SOURCES.md` says what the E, S and K numbers stand for.

mod bench;
mod check_then_act;
pub mod claims;
mod clock;
mod coroutines;
mod deadlocks;
mod lost_updates;
mod network;
mod orders;
mod pools;
mod processes;
mod queues;
mod scheduling;
mod sct;
mod signals;
mod structures;
mod typed;

use unknot_checker::Scenario;

/// Every scenario, by family.
pub const CATALOGUE: &[Scenario] = &[
    // Lost updates and torn data.
    lost_updates::lost_update_decrement::SCENARIO,
    lost_updates::inc_dec_drift::SCENARIO,
    lost_updates::half_locked_section::SCENARIO,
    lost_updates::proxy_read_modify_write::SCENARIO,
    lost_updates::list_tail_remove_race::SCENARIO,
    lost_updates::append_interleave::SCENARIO,
    lost_updates::torn_pipe_frames::SCENARIO,
    lost_updates::gil_quantum_lost_update::SCENARIO,
    lost_updates::gil_io_yield_lost_update::SCENARIO,
    lost_updates::await_inside_rmw::SCENARIO,
    // Check-then-act and atomicity.
    check_then_act::ticket_oversell::SCENARIO,
    check_then_act::ticket_torn_read::SCENARIO,
    check_then_act::reader_leaves_when_empty::SCENARIO,
    check_then_act::empty_then_get::SCENARIO,
    check_then_act::full_then_put_nowait::SCENARIO,
    check_then_act::overdraft_check_outside_lock::SCENARIO,
    check_then_act::transfer_not_atomic::SCENARIO,
    check_then_act::manager_two_container_order::SCENARIO,
    // Deadlocks and abandoned locks.
    deadlocks::ab_ba_two_phase::SCENARIO,
    deadlocks::ab_ba_noodles::SCENARIO,
    deadlocks::rlock_swap_keeps_cycle::SCENARIO,
    deadlocks::alias_plain_lock_self_deadlock::SCENARIO,
    deadlocks::rlock_reentrancy::SCENARIO,
    deadlocks::reentrant_drawcash::SCENARIO,
    deadlocks::transfer_nested_opposite::SCENARIO,
    deadlocks::philosophers_ring::SCENARIO,
    deadlocks::abandoned_lock_on_exception::SCENARIO,
    deadlocks::abandoned_lock_on_terminate::SCENARIO,
    deadlocks::print_under_lock::SCENARIO,
    deadlocks::reader_recursion::SCENARIO,
    // Semaphores, events, conditions, barriers.
    signals::semaphore_limit::SCENARIO,
    signals::semaphore_over_release::SCENARIO,
    signals::semaphore_leak::SCENARIO,
    signals::connection_pool::SCENARIO,
    signals::bank_windows::SCENARIO,
    signals::event_boss_worker::SCENARIO,
    signals::event_latch::SCENARIO,
    signals::event_timeout_poll::SCENARIO,
    signals::event_pulse::SCENARIO,
    signals::condition_missed_notify::SCENARIO,
    signals::barrier_party_count::SCENARIO,
    signals::notify_without_lock::SCENARIO,
    signals::wait_group_misuse::SCENARIO,
    // Queues, producers and consumers.
    queues::queue_order_kinds::SCENARIO,
    queues::get_past_end::SCENARIO,
    queues::queue_block_timeout_table::SCENARIO,
    queues::blocking_get_handover::SCENARIO,
    queues::bounded_queue_handoff::SCENARIO,
    queues::bounded_buffer::SCENARIO,
    queues::task_done_balance::SCENARIO,
    queues::task_done_by_producer::SCENARIO,
    queues::queue_join_not_empty::SCENARIO,
    queues::demand_exceeds_supply::SCENARIO,
    queues::no_sentinel::SCENARIO,
    queues::sentinel_too_early::SCENARIO,
    queues::sentinel_count_mismatch::SCENARIO,
    queues::sentinel_per_producer::SCENARIO,
    queues::quit_sentinel::SCENARIO,
    queues::falsy_item_sentinel::SCENARIO,
    queues::consumer_timeout_exit::SCENARIO,
    queues::private_queue_copies::SCENARIO,
    queues::queue_fan_in::SCENARIO,
    queues::endless_producer::SCENARIO,
    queues::join_before_drain::SCENARIO,
    queues::daemon_consumer_cut::SCENARIO,
    queues::rendezvous_leaks_sender::SCENARIO,
    // Pipes, processes, threads, and how they start and end.
    processes::pipe_no_eof::SCENARIO,
    processes::pipe_duplex::SCENARIO,
    processes::pipe_both_receive::SCENARIO,
    processes::process_isolation::SCENARIO,
    processes::pid_identity::SCENARIO,
    processes::start_print_order::SCENARIO,
    processes::run_versus_start::SCENARIO,
    processes::subclass_init::SCENARIO,
    processes::thread_enumerate::SCENARIO,
    processes::serial_join::SCENARIO,
    processes::terminate_not_immediate::SCENARIO,
    processes::join_placement::SCENARIO,
    processes::daemon_exit::SCENARIO,
    // Pools and executors.
    pools::pool_completion_order::SCENARIO,
    pools::pool_callback::SCENARIO,
    pools::pool_apply_versus_async::SCENARIO,
    pools::pool_life_cycle::SCENARIO,
    pools::pool_silent_failure::SCENARIO,
    pools::pool_terminate_early::SCENARIO,
    pools::executor_result_order::SCENARIO,
    pools::executor_life_cycle::SCENARIO,
    pools::executor_callback::SCENARIO,
    // Processors and their policies.
    scheduling::multiprogramming_io_switch::SCENARIO,
    scheduling::process_states::SCENARIO,
    scheduling::sched_fcfs::SCENARIO,
    scheduling::sched_sjf::SCENARIO,
    scheduling::sched_round_robin::SCENARIO,
    scheduling::sched_mlfq::SCENARIO,
    scheduling::cpu_bound_threads_vs_processes::SCENARIO,
    // Sockets, servers, and the models of input and output.
    network::io_model_phases::SCENARIO,
    network::io_poll_latency::SCENARIO,
    network::io_select_one_versus_many::SCENARIO,
    network::sync_async_blocking_matrix::SCENARIO,
    network::echo_server_serial_versus_concurrent::SCENARIO,
    network::empty_message_stall::SCENARIO,
    network::eof_spin::SCENARIO,
    network::stream_coalescing::SCENARIO,
    network::selector_partial_write::SCENARIO,
    network::selector_unread_input::SCENARIO,
    // Coroutines, and threads under an interpreter lock.
    coroutines::generator_protocol::SCENARIO,
    coroutines::generator_ping_pong::SCENARIO,
    coroutines::generator_two_consumers::SCENARIO,
    coroutines::generator_round_robin::SCENARIO,
    coroutines::greenlet_switch::SCENARIO,
    coroutines::cooperative_sleep::SCENARIO,
    coroutines::blocking_call_in_coroutine::SCENARIO,
    coroutines::patched_fetches::SCENARIO,
    coroutines::async_wait_set_order::SCENARIO,
    coroutines::cooperative_cpu_hog::SCENARIO,
    coroutines::coroutine_multi_core::SCENARIO,
    coroutines::gil_long_native_call::SCENARIO,
    // Standard programs with late bugs.
    sct::sct_reorder::SCENARIO,
    sct::sct_twostage::SCENARIO,
    sct::sct_wronglock::SCENARIO,
    sct::sct_account::SCENARIO,
    sct::sct_carter::SCENARIO,
    sct::sct_bluetooth::SCENARIO,
    sct::sct_stack::SCENARIO,
    sct::sct_one_condition::SCENARIO,
    sct::sct_safestack::SCENARIO,
    // Structures of public crates' kinds, on the face of std.
    structures::oneshot_channel::SCENARIO,
    structures::spsc_ring::SCENARIO,
    structures::parker::SCENARIO,
    structures::word_lock::SCENARIO,
    structures::replaceable_value::SCENARIO,
    structures::notify_permit::SCENARIO,
    // The standard programs of the literature.
    bench::bench_counter::SCENARIO,
    bench::bench_locked_counter::SCENARIO,
    bench::bench_crowd::SCENARIO,
    bench::bench_fetch_add::SCENARIO,
    bench::bench_readers::SCENARIO,
    bench::bench_lastzero::SCENARIO,
    bench::bench_lastwrite::SCENARIO,
    bench::bench_store_buffer::SCENARIO,
    bench::bench_exp_mem::SCENARIO,
    bench::bench_fib::SCENARIO,
    bench::bench_indexer::SCENARIO,
    bench::bench_filesystem::SCENARIO,
    bench::bench_philosophers::SCENARIO,
    bench::bench_semaphore::SCENARIO,
    bench::bench_bounded_queue::SCENARIO,
    bench::bench_event::SCENARIO,
    bench::bench_bounded_buffer::SCENARIO,
    bench::bench_ticket_lock::SCENARIO,
    bench::bench_spinlock::SCENARIO,
    bench::bench_treiber_stack::SCENARIO,
];

pub(crate) use unknot_checker::source;
