// Presses of buttons, and choices of options.

import { newIdempotencyKey, postWithRetry } from './api.js';
import { confirm } from './dialog.js';
import { openForm } from './form.js';

// press sends an action {do, value?, label, confirm?, danger?} of a message. The control is busy
// meanwhile. ctx: {person, pane, personName, toast}.
export async function press(message, action, control, ctx) {
  if (control.getAttribute('aria-busy') === 'true') return;
  if (action.confirm) {
    const confirmed = await confirm({ text: action.confirm, yes: action.label, danger: action.danger, pane: ctx.pane });
    if (!confirmed) return;
  }
  control.setAttribute('aria-busy', 'true');
  const body = { person: ctx.person, once: newIdempotencyKey(), message: message.id, do: action.do };
  if (action.value !== undefined) body.value = action.value;
  try {
    const reply = await postWithRetry('/web/presses', body, {
      maxAttempts: 12,
      onRetry: () => ctx.toast('Sin conexión con el servidor. Reintentando…'),
    });
    control.removeAttribute('aria-busy');
    if (reply.notice) ctx.toast(reply.notice);
    if (reply.reject) ctx.toast(Object.values(reply.reject).join(' '));
    if (reply.waiting) ctx.toast('Su solicitud se está procesando. La respuesta llegará aquí.');
    if (reply.open) await openForm(reply.open, ctx);
  } catch (error) {
    ctx.toast(error.message);
  } finally {
    control.removeAttribute('aria-busy');
  }
}
