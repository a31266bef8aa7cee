// A button pressed, or an option chosen.

import { once, postUntil } from './api.js';
import { confirm } from './dialog.js';
import { openForm } from './form.js';

// press ctx: {person, pane, as, say}. control shows that it is working.
export async function press(message, action, control, ctx) {
  if (control.getAttribute('aria-busy') === 'true') return;
  if (action.confirm) {
    const sure = await confirm({ text: action.confirm, yes: action.label, danger: action.danger, pane: ctx.pane });
    if (!sure) return;
  }
  control.setAttribute('aria-busy', 'true');
  const body = { person: ctx.person, once: once(), message: message.id, do: action.do };
  if (action.value !== undefined) body.value = action.value;
  try {
    const answer = await postUntil('/web/presses', body, {
      tries: 12,
      onRetry: () => ctx.say('Sin conexión con el servidor. Reintentando…'),
    });
    control.removeAttribute('aria-busy');
    if (answer.notice) ctx.say(answer.notice);
    if (answer.reject) ctx.say(Object.values(answer.reject).join(' '));
    if (answer.waiting) ctx.say('Su solicitud se está procesando. La respuesta llegará aquí.');
    if (answer.open) await openForm(answer.open, ctx);
  } catch (error) {
    ctx.say(error.message);
  } finally {
    control.removeAttribute('aria-busy');
  }
}
