-- mentorships by mentor, all ever
SELECT mentor_id, mentorship_id, mentee_id, starts_on, ends_on, onboarded_on FROM mentorships ORDER BY mentor_id, mentorship_id
